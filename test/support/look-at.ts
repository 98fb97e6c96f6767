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

/** Opens a page in a real browser: what axe finds, whether it is wider than the window, whether it is dark. */
export async function lookAt(html: string, width: number, scheme: 'light' | 'dark'): Promise<unknown> {
  const page = join(await temporaryDirectory(), 'page.html')
  const look = `axe.run().then(({ violations }) => { document.body.dataset.found = JSON.stringify({
    violations: violations.map(({ id, nodes }) => [id, nodes[0].html]),
    overflows: document.documentElement.scrollWidth > innerWidth,
    // Of lengths that are to be compared, the full one.
    scales: new Set(Array.from(document.querySelectorAll('.parts'), ({ clientWidth }) => clientWidth)).size,
    isDark: getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)' }) })`
  // What a browser lays out only when it is scrolled to is looked at, too.
  const scripts = `<style>* { content-visibility: visible !important; }</style><script>${await readFile(axe, 'utf8')}</script><script>${look}</script>`
  await writeFile(
    page,
    html.replace('</body>', () => `${scripts}</body>`),
  )
  const { stdout } = await execa(chromium!, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--window-size=${width},1200`,
    `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
    '--virtual-time-budget=20000',
    '--dump-dom',
    `file://${page}`,
  ])
  return JSON.parse(/data-found="([^"]*)"/.exec(stdout)![1]!.replaceAll('&quot;', '"'))
}
