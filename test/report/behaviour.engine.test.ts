/** The report in a real Chromium: what a screen reader, a phone and a dark room make of it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { reportedRun } from '../../src/report/ci/reported-run.ts'
import { runCli } from '../cli/run-cli.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { differing, evidence } from './evidence.ts'

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const outcomes = evidence.outcomes.map(outcome =>
  'error' in outcome ? outcome : { ...outcome, bound: outcome.estimate.value * 0.95 },
)
const runs = [1, 2].map(i =>
  reportedRun(
    { ...evidence, title: `Digits ${i}`, outcomes, differing },
    { file: `contracts/${i}.contract.json`, onInconclusive: 'fail', explain: ['quantract explain x'] },
  ),
)

test.skipIf(!chromium).for([
  [1440, 'light'],
  [390, 'light'],
  [1440, 'dark'],
  [390, 'dark'],
] as const)('%i px, %s: no violation of axe, nothing wider than the window', async ([width, scheme]) => {
  const page = join(await temporaryDirectory(), 'report.html')
  const look = `axe.run().then(({ violations }) => { document.body.dataset.found = JSON.stringify({
    violations: violations.map(({ id, nodes }) => [id, nodes[0].html]),
    overflows: document.documentElement.scrollWidth > innerWidth,
    isDark: getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)' }) })`
  const scripts = `<script>${await readFile(axe, 'utf8')}</script><script>${look}</script>`
  await writeFile(
    page,
    behaviourHtml(runs).replace('</body>', () => `${scripts}</body>`),
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
  const found = /data-found="([^"]*)"/.exec(stdout)?.[1]?.replaceAll('&quot;', '"')
  expect(JSON.parse(found!)).toEqual({ violations: [], overflows: false, isDark: scheme === 'dark' })
})

test('from evidence; anything else is refused', async () => {
  const cwd = await temporaryDirectory()
  await writeFile(join(cwd, 'evidence.json'), JSON.stringify([evidence]))
  await writeFile(join(cwd, 'other.json'), '{"a": 1}')
  const report = (...args: string[]) => runCli(['report', ...args], { cwd })
  const { exitCode, stdout } = await report('evidence.json', '--html', 'r.html', '--markdown', 'r.md')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'wrote r.html\nwrote r.md' })
  expect(await readFile(join(cwd, 'r.md'), 'utf8')).toContain(
    '| `explicit size < 100 kB` | the flash of the camera is full |',
  )
  expect(await report('other.json', '--html', 'x.html')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/^other\.json: is no evidence: give what/),
  })
  expect(await report('evidence.json')).toMatchObject({
    exitCode: 3,
    stderr: '`report` needs `--html file` or `--markdown file`',
  })
  expect(existsSync(join(cwd, 'x.html'))).toBe(false)
})
