/** The report in a real Chromium: what a screen reader, a phone and a dark room make of it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { reportedRun } from '../../src/report/ci/reported-run.ts'
import { runCli } from '../cli/run-cli.ts'
import { chromium, lookAt } from '../support/look-at.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { differing, evidence } from './evidence.ts'

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
  expect(await lookAt(behaviourHtml(runs), width, scheme)).toEqual({
    violations: [],
    overflows: false,
    isDark: scheme === 'dark',
  })
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
