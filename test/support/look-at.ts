import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { execa } from 'execa'
import { temporaryDirectory } from './temporary-directory.ts'

/** A Chromium of this machine; undefined if there is none. */
export const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What was seen of a page in a window of that many pixels. */
export interface Look {
  readonly width: number
  /** Of axe: the rule and the first element. */
  readonly violations: readonly (readonly [string, string])[]
  /** Whether the page is wider than the window. */
  readonly overflows: boolean
  /** How many lengths there are for the same full scale. */
  readonly scales: number
  readonly isDark: boolean
  /** Of each button that chooses clauses: its words, and the verdicts that are seen then. */
  readonly chosen: readonly (readonly [string, readonly string[]])[]
}

const look = `axe.run().then(({ violations }) => { parent.document.body.dataset['found' + name] = JSON.stringify({
    width: innerWidth,
    violations: violations.map(({ id, nodes }) => [id, nodes[0].html]),
    overflows: document.documentElement.scrollWidth > innerWidth,
    scales: new Set(Array.from(document.querySelectorAll('.parts'), ({ clientWidth }) => clientWidth)).size,
    isDark: getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)',
    chosen: Array.from(document.querySelectorAll('.show input'), button => {
      button.click()
      const seen = Array.from(document.querySelectorAll('.clauses tbody tr')).filter(row => row.offsetHeight > 0)
      return [button.parentElement.innerText.trim(), seen.map(row => row.className)]
    }) }) })`

/**
 * Opens a page in a real browser, once for each width. The pages are in frames, because no window of Chromium is below 500
 * pixels.
 */
export async function lookAt(
  html: string,
  widths: readonly number[],
  scheme: 'light' | 'dark',
): Promise<Look[]> {
  // What a browser lays out only when it is scrolled to is looked at, too.
  const scripts = `<style>* { content-visibility: visible !important; }</style><script>${await readFile(axe, 'utf8')}</script><script>${look}</script>`
  const page = html
    .replace('</body>', () => `${scripts}</body>`)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
  const frames = widths.map(
    (width, i) =>
      `<iframe name="${i}" style="border: 0; width: ${width}px; height: 1200px" srcdoc="${page}"></iframe>`,
  )
  const file = join(await temporaryDirectory(), 'page.html')
  await writeFile(
    file,
    `<!doctype html><html style="color-scheme: light dark"><meta charset="utf-8"><body>${frames.join('\n')}</body></html>`,
  )
  const { stdout } = await execa(chromium!, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--window-size=${Math.max(...widths) + 100},1200`,
    `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
    '--virtual-time-budget=20000',
    '--dump-dom',
    `file://${file}`,
  ])
  return widths.map((_, i) => {
    const [, found] = new RegExp(`data-found${i}="([^"]*)"`).exec(stdout)!
    return JSON.parse(found!.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Look
  })
}

/** What a page that may be published looks like. */
export function faultless(widths: readonly number[], scheme: 'light' | 'dark', scales = 0): Look[] {
  return widths.map(width => ({
    width,
    violations: [],
    overflows: false,
    scales,
    isDark: scheme === 'dark',
    chosen: [],
  }))
}
