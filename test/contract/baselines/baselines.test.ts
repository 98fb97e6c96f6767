import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { StoredFigure } from '../../../src/contract/baselines/baseline-file.ts'
import { type BaselineUpdate, openBaselines } from '../../../src/contract/baselines/baselines.ts'
import { type Conditions, conditionsFor } from '../../../src/contract/baselines/conditions.ts'
import { readHistory } from '../../../src/contract/baselines/history.ts'
import { accuracy } from '../../../src/contract/metrics/accuracy.ts'
import { fps } from '../../../src/contract/metrics/fps.ts'
import { size } from '../../../src/contract/metrics/size.ts'
import { makeFolder } from '../../../src/make-folder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const laptop: Conditions = {
  cpu: 'Laptop',
  cores: 8,
  platform: 'linux-x64',
  'instruction sets': 'avx2',
  'Node.js': '20',
  runtime: 'ONNX Runtime 1.30.0',
  'target.threads': 1,
  'target.batch': 1,
  pace: 'full',
  samples: 'a'.repeat(64),
}
const server = { ...laptop, cpu: 'Server', cores: 64 }
const figure: StoredFigure = {
  value: 100,
  lower: 98,
  upper: 102,
  confidence: 0.95,
  unit: 'fps',
  measuredAt: '2026-11-29T12:00:00.000Z',
  engine: 'e'.repeat(64),
  probe: 20,
}
const ofSpeed = (all: Conditions) => conditionsFor(fps, all)
const ofScores = (all: Conditions) => conditionsFor(accuracy, all)
const ofSizes = (all: Conditions) => conditionsFor(size, all)

let source: string
let file: string
const open = (update: BaselineUpdate = 'all', prefix?: string) => openBaselines(source, update, prefix)
beforeEach(async () => {
  source = join(await temporaryDirectory(), 'digits.contract.json')
  file = join(dirname(source), '__baselines__/digits.contract.baseline.json')
})

test('what is kept is found under the same conditions', async () => {
  await open().keep('explicit fps', ofSpeed, laptop, figure)
  expect(await open().find('explicit fps', ofSpeed, { ...laptop, samples: 'b'.repeat(64) })).toEqual({
    figure,
  })
  expect(await open().find('implicit fps', ofSpeed, laptop)).toEqual({ differences: undefined })
  expect(await open().find('toString', ofSpeed, laptop)).toEqual({ differences: undefined })
})

test('what was measured on another machine is not, and what differs is said', async () => {
  await open().keep('explicit fps', ofSpeed, laptop, figure)
  expect(await open().find('explicit fps', ofSpeed, server)).toEqual({
    differences: ['cpu is `Laptop` there and `Server` here', 'cores is `8` there and `64` here'],
  })
})

test('of several environments the nearest is named', async () => {
  await open().keep('explicit fps', ofSpeed, { ...laptop, 'target.batch': 8 }, figure)
  await open().keep('explicit fps', ofSpeed, { ...server, runtime: 'TensorRT 10.6' }, figure)
  expect(await open().find('explicit fps', ofSpeed, laptop)).toEqual({
    differences: ['target.batch is `8` there and `1` here'],
  })
})

test('of two that are as near, the newer', async () => {
  await open().keep('explicit fps', ofSpeed, { ...laptop, 'target.batch': 8 }, figure)
  const later = { ...figure, measuredAt: '2026-11-30T12:00:00.000Z' }
  await open().keep('explicit fps', ofSpeed, { ...laptop, 'target.batch': 4 }, later)
  expect(await open().find('explicit fps', ofSpeed, laptop)).toEqual({
    differences: ['target.batch is `4` there and `1` here'],
  })
})

test('each environment has a figure of its own speed', async () => {
  await open().keep('explicit fps', ofSpeed, laptop, figure)
  await open().keep('explicit fps', ofSpeed, server, { ...figure, value: 900 })
  await open().keep('explicit fps', ofSpeed, laptop, { ...figure, value: 110 })
  expect(await open().find('explicit fps', ofSpeed, laptop)).toMatchObject({ figure: { value: 110 } })
  expect(await open().find('explicit fps', ofSpeed, server)).toMatchObject({ figure: { value: 900 } })
})

test('scores and sizes are the same on any machine with the same instructions: the last figure counts on all', async () => {
  await open().keep('explicit accuracy', ofScores, laptop, figure)
  await open().keep('explicit accuracy', ofScores, server, { ...figure, value: 99 })
  expect(await open().find('explicit accuracy', ofScores, laptop)).toMatchObject({ figure: { value: 99 } })
  const { baselines } = JSON.parse(await readFile(file, 'utf8')) as { baselines: unknown[] }
  expect(baselines).toHaveLength(1)
})

describe('conditions', () => {
  test.each([
    ['samples', 'b'.repeat(64), { speed: false, scores: true, sizes: false }],
    ['number of samples', 20, { speed: false, scores: true, sizes: false }],
    ['cpu', 'Server', { speed: true, scores: false, sizes: false }],
    ['target.threads', 2, { speed: true, scores: false, sizes: false }],
    ['target.batch', 2, { speed: true, scores: true, sizes: true }],
    ['runtime', 'ONNX Runtime 2', { speed: true, scores: true, sizes: true }],
    ['instruction sets', 'avx2 avx512_vnni', { speed: true, scores: true, sizes: true }],
  ])('%s', async (name, value, expected) => {
    const changes = (of: (all: Conditions) => Conditions) =>
      JSON.stringify(of(laptop)) !== JSON.stringify(of({ ...laptop, [name]: value }))
    expect({ speed: changes(ofSpeed), scores: changes(ofScores), sizes: changes(ofSizes) }).toEqual(expected)
  })

  test('without instruction sets the name of the CPU stands for them', () => {
    expect(ofScores({ ...laptop, 'instruction sets': '' })).toHaveProperty('cpu', 'Laptop')
    expect(ofScores(laptop)).not.toHaveProperty('cpu')
  })
})

test('with `-u` a figure is replaced once a run: what comes after is held against it', async () => {
  const baselines = open('all')
  expect(baselines.replaces('explicit fps')).toBe(true)
  await baselines.keep('explicit fps', ofSpeed, laptop, figure)
  expect([baselines.replaces('explicit fps'), baselines.replaces('explicit size')]).toEqual([false, true])
})

test.each([
  ['all', true],
  ['new', true],
  ['none', false],
] as const)('%s: a figure that is missing is stored: %s', (update, addsMissing) => {
  expect(open(update).addsMissing).toBe(addsMissing)
})

test('tests of one spec have figures of their own', async () => {
  await open('all', 'first > ').keep('explicit fps', ofSpeed, laptop, figure)
  expect(await open('all', 'second > ').find('explicit fps', ofSpeed, laptop)).toEqual({
    differences: undefined,
  })
  expect(await open('all', 'first > ').find('explicit fps', ofSpeed, laptop)).toEqual({ figure })
})

test('the history has a line for each figure that became the baseline', async () => {
  await open().keep('explicit fps', ofSpeed, laptop, { ...figure, measuredAt: '2026-11-30T12:00:00.000Z' })
  await open().keep('explicit fps', ofSpeed, laptop, figure)
  const history = file.replace('.baseline.json', '.history.jsonl')
  const whole = await readFile(history, 'utf8')
  const damaged = ['"unit"', '"environment"', '"lower"'].map(word =>
    whole.split('\n')[0]!.replace(word, '"x"'),
  )
  await writeFile(history, `${whole}<<<<<<< merge\n{"of":1}\n${damaged.join('\n')}\n`)
  expect(await readHistory(history)).toEqual(
    [figure, { ...figure, measuredAt: '2026-11-30T12:00:00.000Z' }].map(each => ({
      ...each,
      of: 'explicit fps',
      environment: ofSpeed(laptop),
    })),
  )
})

test.each([
  '',
  '{}',
  '<<<<<<< HEAD',
  '{"schemaVersion":1,"baselines":[{}]}',
  '{"schemaVersion":1,"baselines":[{"environment":{},"values":{"explicit fps":{"value":"many"}}}]}',
  JSON.stringify({
    schemaVersion: 1,
    baselines: [{ environment: {}, values: { 'explicit fps': { ...figure, unit: 'furlongs' } } }],
  }),
])('a damaged file is refused: %s', async text => {
  await makeFolder(dirname(file))
  await writeFile(file, text)
  const message = 'is damaged: restore it from your repository, or delete it'
  await expect(open().find('explicit fps', ofSpeed, laptop)).rejects.toThrow(message)
  await expect(open().keep('explicit fps', ofSpeed, laptop, figure)).rejects.toThrow(message)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('with `-u` what nobody asks about any more goes, in every environment, and its history stays', async () => {
  for (const [name, of] of [
    ['explicit fps', ofSpeed],
    ['explicit size', ofSizes],
  ] as const) {
    await open().keep(name, of, laptop, figure)
    await open().keep(name, of, { ...server, 'target.batch': 2 }, figure)
  }
  for (const update of ['new', 'none'] as const) expect(await open(update).removeOthers([])).toEqual([])
  expect(await open('all').removeOthers(['explicit size', 'implicit size'])).toEqual(['explicit fps'])
  expect(await open().find('explicit fps', ofSpeed, laptop)).toEqual({ differences: undefined })
  expect(await open().find('explicit size', ofSizes, laptop)).toEqual({ figure })
  expect(await open('all').removeOthers([])).toEqual(['explicit size'])
  await expect(readFile(file)).rejects.toThrow('ENOENT')
  expect(await readHistory(file.replace('.baseline.json', '.history.jsonl'))).toHaveLength(4)
  expect(await open('all').removeOthers([])).toEqual([])
})
