/** The report in a real Chromium: what a screen reader, a phone and a dark room make of it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { ContractEvidence } from '../../src/contract/evidence.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { reportedRun } from '../../src/report/ci/reported-run.ts'
import { runCli } from '../cli/run-cli.ts'
import { between, quantized, swish } from '../explain/onnxruntime/plant.ts'
import { chromium, faultless, lookAt } from '../support/look-at.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { differing, evidence, explanation } from './evidence.ts'

const outcomes = evidence.outcomes.map(outcome =>
  'error' in outcome ? outcome : { ...outcome, bound: outcome.estimate.value * 0.95 },
)
const runs = [1, 2, 3].map(i =>
  reportedRun(
    {
      ...evidence,
      title: `Digits_${'of_the_assembly_line_'.repeat(3)}${i}`,
      outcomes,
      differing,
      explanations: [
        { ...explanation, b: { ...explanation.b, name: 'explicit_with_pairs_where_they_are_wanted' } },
      ],
    },
    { file: `contracts/${i}.contract.json`, onInconclusive: 'fail', explain: ['quantract explain x'] },
  ),
)

const widths = [1440, 390]
const states = ['is-upheld', 'is-violated', 'is-inconclusive', 'is-error']

test.skipIf(!chromium).for(['light', 'dark'] as const)(
  'on a screen and on a phone, %s: no violation of axe, nothing wider than the window, one scale, a choice of clauses',
  async scheme => {
    const chosen = [
      ['all 12', runs.flatMap(() => states)],
      ['all but upheld: 9', runs.flatMap(() => states.slice(1))],
      ...['✓ upheld: 3', '✗ violated: 3', '? inconclusive: 3', '! cannot be evaluated: 3'].map((words, i) => [
        words,
        runs.map(() => states[i]),
      ]),
    ]
    expect(await lookAt(behaviourHtml(runs), widths, scheme)).toEqual(
      faultless(widths, scheme, 1).map(look => ({ ...look, chosen })),
    )
  },
)

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
  expect(await report('evidence.json', '--html', 'x.html', '--explain')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/^`--explain` profiles engines, and evidence holds none: name contracts/),
  })
  expect(existsSync(join(cwd, 'x.html'))).toBe(false)
})

test('layers of the engines that a violated clause compares: printed, in the evidence, in the report', async () => {
  const cwd = await temporaryDirectory()
  await writeModel(quantized(between(...swish), 'onnxruntime'), join(cwd, 'good.onnx'))
  await writeModel(quantized(between(...swish), 'tensorrt'), join(cwd, 'bad.onnx'))
  const data = Float32Array.from({ length: 2 * 4 * 8 * 8 }, (_, i) => Math.sin(i))
  await writeNpz(join(cwd, 'x.npz'), { x: { shape: [2, 4, 8, 8], data } })
  const contract = {
    title: 'Layers',
    model: 'good.onnx',
    data: { calibration: { npz: 'x.npz' } },
    variants: {
      good: { quantization: 'explicit', model: 'good.onnx' },
      bad: { quantization: 'explicit', model: 'bad.onnx' },
    },
    budget: 0.2,
    pace: 'any',
    clauses: [
      'bad fps >= 50x good fps',
      'bad p50 latency <= 0.02x good p50 latency',
      'bad fps >= 0.01x good fps',
    ],
  }
  await writeFile(join(cwd, 'x.contract.json'), JSON.stringify(contract, null, 2))
  const checked = await runCli(
    ['check', '--explain', '--json', 'evidence.json', '--code-quality', 'quality.json'],
    { cwd, env: { CI_PROJECT_DIR: dirname(cwd) } },
  )
  expect(checked).toMatchObject({ exitCode: 1, stderr: '' })
  expect(checked.stdout.match(/good against bad|bad against good/g)).toHaveLength(1)
  const [{ explanations }] = JSON.parse(await readFile(join(cwd, 'evidence.json'), 'utf8')) as [
    ContractEvidence,
  ]
  expect(explanations).toMatchObject([{ a: { name: 'good' }, b: { name: 'bad' }, sameNetwork: true }])
  const issues: unknown = JSON.parse(await readFile(join(cwd, 'quality.json'), 'utf8'))
  const path = `${basename(cwd)}/x.contract.json`
  const line =
    JSON.stringify(contract, null, 2)
      .split('\n')
      .findIndex(text => text.includes('50x')) + 1
  expect(issues).toMatchObject(
    [line, line + 1].map(begin => ({ severity: 'major', location: { path, lines: { begin } } })),
  )
  await runCli(['report', 'evidence.json', '--html', 'r.html', '--markdown', 'r.md'], { cwd })
  const [html, markdown] = await Promise.all(
    ['r.html', 'r.md'].map(name => readFile(join(cwd, name), 'utf8')),
  )
  for (const text of [html!, markdown!]) expect(text).toContain('Layer by layer: bad against good')
  expect(html).toContain('did not fuse, because there are none between')
})
