import { existsSync, readFileSync, statSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, normalize, relative } from 'node:path'
import { Marked, type Tokens } from 'marked'
import { reportStyle } from '../../../src/report/behaviour/report-style.ts'
import { escapeHtml } from '../../../src/report/escape-html.ts'
import { anchor } from './anchor.ts'

const start = 'docs/README.md'

const style = `${reportStyle}
body { max-width: 1250px; } pre { white-space: pre; overflow-x: auto; background: var(--code); padding: 0.6rem 0.8rem; border-radius: 4px; font-size: 0.85rem; } :root { --code: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --code: #21262c; } } img { max-width: 100%; background: #fff; } td code { overflow-wrap: anywhere; } td:first-child code, th code { overflow-wrap: normal; }
nav ul { list-style: none; padding: 0; } nav li { margin: 0.3rem 0; line-height: 1.3; } nav a { text-decoration: none; } nav [aria-current] { font-weight: 600; }
@media (min-width: 900px) { body { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem; } nav { order: -1; font-size: 0.92rem; } .contents { display: none; } }
@media print { nav, .contents { display: none; } }`

/** A page of the site: what it is called, and where links lead. */
interface Page {
  readonly title: string
  readonly body: string
  readonly anchors: ReadonlySet<string>
  readonly links: readonly {
    readonly to: string
    readonly anchor: string | undefined
    readonly href: string
  }[]
}

/**
 * Writes the documentation as HTML without a script: a page for each Markdown file that is in `docs` or that one of these leads
 * to, at the place that it has in the repository, and beside them the other files that they link to.
 *
 * @returns the pages that were written, by the paths of their Markdown
 * @throws Error with every link that leads nowhere
 */
export async function writeSite(out: string): Promise<string[]> {
  const inDocs = (await readdir('docs', { recursive: true })).filter(path => path.endsWith('.md'))
  const pages = new Map<string, Page>()
  const files = new Set<string>()
  const waiting = [start, ...inDocs.map(path => join('docs', path))]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (pages.has(path)) continue
    const page = readPage(path, await sourceOf(path))
    pages.set(path, page)
    for (const { to } of page.links) {
      if (to.endsWith('.md') || isFolder(to)) waiting.push(to)
      else files.add(to)
    }
  }
  const broken = [...pages].flatMap(([path, { links }]) =>
    links
      .filter(({ to, anchor }) => !existsSync(to) || (anchor && pages.get(to)?.anchors.has(anchor) === false))
      .map(({ href }) => `${path}: ${href} leads nowhere`),
  )
  if (broken.length > 0) throw new Error(broken.join('\n'))
  const contents = [...new Set([start, ...pages.get(start)!.links.map(({ to }) => to)])].filter(to =>
    pages.has(to),
  )
  for (const [path, page] of pages) {
    const entries = contents.map(to => {
      const here = to === path ? ' aria-current="page"' : ''
      return `<li><a href="${escapeHtml(hrefTo(path, to))}"${here}>${escapeHtml(pages.get(to)!.title)}</a></li>`
    })
    await write(join(out, placeOf(path)), html(page, entries.join('\n')))
  }
  for (const file of files) {
    await mkdir(dirname(join(out, placeOf(file))), { recursive: true })
    await copyFile(file, join(out, placeOf(file)))
  }
  await write(join(out, 'index.html'), forward(placeOf(start)))
  return [...pages.keys()]
}

function readPage(path: string, source: string): Page {
  const links: Page['links'][number][] = []
  const anchors = new Set<string>()
  const leads = (href: string) => {
    if (/^\w+:/.test(href)) return href
    const [file, anchor] = href.split('#') as [string, string?]
    const to = file === '' ? path : normalize(join(isFolder(path) ? path : dirname(path), file))
    links.push({ to, anchor, href })
    return `${file === '' ? '' : hrefTo(path, to)}${anchor === undefined ? '' : `#${anchor}`}`
  }
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        anchors.add(anchor(text))
        return `<h${depth} id="${anchor(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }: Tokens.Link) {
        const shown = this.parser.parseInline(tokens)
        const led = leads(href)
        const { to, anchor } = links.at(-1) ?? {}
        // On GitHub a page goes by the name of its file, here by its title.
        const isFile =
          shown.endsWith('.md') && anchor === undefined && shown === basename(to ?? '') && existsSync(to!)
        const title = isFile ? titleOf(readFileSync(to!, 'utf8')) : undefined
        return `<a href="${escapeHtml(led)}">${title === undefined ? shown : escapeHtml(title)}</a>`
      },
      image({ href, text }: Tokens.Image) {
        return `<img src="${escapeHtml(leads(href))}" alt="${escapeHtml(text)}">`
      },
    },
  })
  const text = marked.parse(source, { async: false })
  const body = text
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll('<table>', '<div class="scroll" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
  return { title: titleOf(source) ?? path, body, anchors, links }
}

function titleOf(markdown: string): string | undefined {
  return /^# (.+)$/m.exec(markdown)?.[1]
}

/** A folder is a list of its pages. */
async function sourceOf(path: string): Promise<string> {
  if (!isFolder(path)) return readFile(path, 'utf8')
  const names = (await readdir(path)).filter(name => !name.startsWith('.')).sort()
  return `# ${path}\n\n${names.map(name => `- [${name}](${name})`).join('\n')}\n`
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

/** Where a file of the repository is in the site. A browser shows text, whatever it is called. */
function placeOf(path: string): string {
  if (isFolder(path)) return join(path, 'index.html')
  if (path.endsWith('.md')) return path.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html')
  return /\.(svg|png|txt|json|gz)$/.test(path) ? path : `${path}.txt`
}

function hrefTo(from: string, to: string): string {
  return relative(dirname(placeOf(from)), placeOf(to))
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

function html({ title, body }: Page, contents: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - quantract</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="contents"><a href="#contents">Contents</a></p>
${body}</main>
<nav id="contents" aria-label="Contents"><ul>
${contents}
</ul></nav>
</body>
</html>
`
}

function forward(to: string): string {
  return `<!doctype html>\n<html lang="en"><head><title>quantract</title><meta http-equiv="refresh" content="0; url=${to}"></head><body><a href="${to}">quantract</a></body></html>\n`
}
