import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { writeSite } from './site/write-site.ts'

test('the site: a page for each of docs, every link of which leads to a file and a heading, without a script', async () => {
  const out = await temporaryDirectory()
  const pages = await writeSite(out)
  const inDocs = (await readdir('docs', { recursive: true })).filter(path => path.endsWith('.md'))
  expect(pages).toEqual(expect.arrayContaining(inDocs.map(path => join('docs', path))))
  const names = (await readdir(out, { recursive: true })).filter(name => name.endsWith('.html'))
  const texts = new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(out, name), 'utf8')] as const)),
  )
  const broken: string[] = []
  for (const [name, text] of texts) {
    expect(text).not.toMatch(/<script|@import|url\(/)
    for (const [, href] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      const [file, anchor] = href!.split('#') as [string, string?]
      const target = file === '' ? name : join(dirname(name), file)
      if (/^\w+:/.test(href!)) continue
      if (!existsSync(join(out, target))) broken.push(`${name}: ${href}`)
      else if (anchor !== undefined && !texts.get(target)!.includes(`id="${anchor}"`))
        broken.push(`${name}: ${href}`)
    }
  }
  expect(broken).toEqual([])
  const index = texts.get('docs/index.html')!
  expect(index).toContain('<a href="start/pytorch.html">')
  expect(texts.get('docs/ci.html')).toContain('aria-current="page"')
})
