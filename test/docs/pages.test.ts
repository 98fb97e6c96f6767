import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { causes } from '../../src/explain/causes.ts'
import { remedies } from '../../src/explain/remedies.ts'
import { anchor } from './site/anchor.ts'

const folders = ['.', 'docs', 'docs/start', 'decisions', 'examples/pytorch-digits']
const files = await Promise.all(
  folders.map(async folder => (await readdir(folder)).map(name => join(folder, name))),
)
const paths = files
  .flat()
  .filter(path => path.endsWith('.md'))
  .sort()
const pages = new Map(
  await Promise.all(paths.map(async path => [path, await readFile(path, 'utf8')] as const)),
)
const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> }

describe.each([...pages])('%s', (path, text) => {
  test('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
    const broken = links.filter(link => !/^\w+:/.test(link) && !leadsSomewhere(path, link))
    expect(broken).toEqual([])
  })

  test('names files of this repository that exist', () => {
    const outsideFences = text.replaceAll(/```.*?```/gs, '')
    const named =
      outsideFences.match(/(?<![\w./-])(?:src|test|bench|docs|decisions|examples)\/[\w./-]*\w\/?/g) ?? []
    const missing = named.filter(file => !existsSync(file))
    expect(missing).toEqual([])
  })

  test('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => script!)
    // `bench:*` stands for all of them.
    const unknown = named.filter(script => script !== 'bench:' && !(script in scripts))
    expect(unknown).toEqual([])
  })
})

test('CONTRIBUTING lists every benchmark', () => {
  const text = pages.get('CONTRIBUTING.md')!
  const missing = Object.keys(scripts).filter(
    script => script.startsWith('bench:') && !text.includes(`npm run ${script}`),
  )
  expect(missing).toEqual([])
})

test('docs/explain.md lists every cause and every remedy', () => {
  const text = pages.get('docs/explain.md')!
  const all = [...causes.map(({ name }) => name), ...remedies.map(({ id }) => id)]
  expect(all.filter(name => !text.includes(`\`${name}\``))).toEqual([])
})

function leadsSomewhere(from: string, link: string): boolean {
  const [file, heading] = link.split('#') as [string, string?]
  const target = file === '' ? from : join(dirname(from), file)
  if (!existsSync(target)) return false
  return heading === undefined || headings(pages.get(target) ?? '').includes(heading)
}

/** Anchors as GitHub makes them of headings. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!))
}
