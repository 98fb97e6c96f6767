import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { buildModel, tensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'

let directory: string
const file = (name: string) => join(directory, name)
const size = 80
const values = 6

/** x -> boxes = x * a, scores = x * b */
function scaled(boxes: number, scores: number) {
  return buildModel({
    inputs: { x: ['n', values] },
    outputs: ['boxes', 'scores'],
    nodes: [makeNode('Mul', 'box', ['x', 'a'], ['boxes']), makeNode('Mul', 'score', ['x', 'b'], ['scores'])],
    initializers: [tensor('a', [], Float32Array.of(boxes)), tensor('b', [], Float32Array.of(scores))],
  })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  await writeModel(scaled(1, 1), file('fp32.onnx'))
  // 1% off is 40 dB, 10% off is 20 dB, whatever the values are.
  await writeModel(scaled(1.01, 1.1), file('off.onnx'))
  await writeModel(scaled(1.0001, 1), file('near.onnx'))
  await writeModel(scaled(Number.NaN, 1), file('nan.onnx'))
  const data = randomFloats(size * values, 'samples')
  data[0] = 2 // The largest of all.
  await writeNpz(file('samples.npz'), { x: { shape: [size, values], data } })
  await writeNpz(file('few.npz'), { x: { shape: [4, values], data: data.slice(0, 4 * values) } })
})

afterAll(() => rm(directory, { recursive: true }))

async function evaluate(text: string, data: Pick<BuildSpec, 'calibration' | 'evaluation'>, batch = 1) {
  const none = { quantization: 'none' } as const
  const engines = await buildEngines({
    model: file('fp32.onnx'),
    ...data,
    target: { batch },
    variants: {
      fp32: none,
      off: { ...none, model: file('off.onnx') },
      near: { ...none, model: file('near.onnx') },
      nan: { ...none, model: file('nan.onnx') },
    },
  })
  return evaluateClause(parseClause(text, { variants: Object.keys(engines) }), engines)
}

const population = () => ({ evaluation: file('samples.npz') })
const sample = () => ({ evaluation: { npz: file('samples.npz'), is: 'sample' as const } })

test.each([
  ['off output SQNR to fp32 >= 25 dB', 'violated', 20],
  ["off output SQNR to fp32 of 'scores' >= 25 dB", 'violated', 20],
  ["off output SQNR of 'boxes' to fp32 >= 25 dB", 'upheld', 40],
  ["off output SQNR to fp32 of 'boxes' >= 40.5 dB within 1 dB", 'upheld', 40],
  ['off max output error to fp32 <= 0.1', 'violated', 0.2],
  ["off max output error to fp32 of 'boxes' <= 0.05", 'upheld', 0.02],
  ['off output cosine to fp32 >= 0.99', 'upheld', 1],
  ["near output SQNR to fp32 of 'scores' >= 200 dB", 'upheld', Infinity],
  ['near output SQNR to fp32 >= off output SQNR to fp32', 'upheld', 80],
  ['off output SQNR to fp32 >= near output SQNR to fp32', 'violated', 20],
  ['nan output SQNR to fp32 >= 15 dB', 'violated', -Infinity],
])('labels are not needed: %s is %s', async (text, verdict, value) => {
  for (const data of [population(), sample()]) {
    const found = await evaluate(text, data)
    expect(found).toMatchObject({ verdict, samples: { count: size, unit: 'samples' } })
    expect(found.estimate.value).toBeCloseTo(value, 1)
  }
})

test('the output that is worst is named, and the worst sample of the others shown', async () => {
  const { estimate, details, rule } = await evaluate('off output SQNR to fp32 >= 15 dB', sample())
  expect(estimate.of).toBe("off output SQNR to fp32 of 'scores'")
  expect(estimate).toMatchObject({ unit: 'dB', confidence: 0.94 })
  expect(details.map(({ of }) => of)).toEqual([
    "'scores', median sample",
    "'scores', worst sample",
    "'boxes', median sample",
    "'boxes', worst sample",
  ])
  expect(rule).toBe('interval of order statistics, of the median sample')
})

test('a batch is cut into its samples', async () => {
  const found = await evaluate('off output SQNR to fp32 >= 25 dB', population(), 32)
  expect(found).toMatchObject({ verdict: 'violated', samples: { count: size } })
})

test('without evaluation data the calibration samples serve, and the rule says that ranges come from them', async () => {
  const found = await evaluate('off output SQNR to fp32 >= 15 dB', { calibration: file('few.npz') })
  expect(found).toMatchObject({ verdict: 'upheld', samples: { count: 4 } })
  expect(found.rule).toContain('on calibration samples, which ranges come from')
})

test('samples that were held back from calibration serve instead of those that calibrated', async () => {
  const engines = await buildEngines({
    model: file('fp32.onnx'),
    calibration: file('samples.npz'),
    variants: {
      fp32: { quantization: 'none' },
      explicit: { quantization: 'explicit', placement: 'everywhere' },
    },
  })
  const clause = parseClause('explicit output SQNR to fp32 >= 15 dB', { variants: Object.keys(engines) })
  const found = await evaluateClause(clause, engines)
  const { samples, calibrating = 0 } = engines.explicit!.outputErrors!
  expect(found.samples.count).toBe(samples - calibrating)
  expect(found.rule).toContain('on calibration samples that did not calibrate')
})

test('so few samples of more decide neither a median nor a maximum', async () => {
  const few = { evaluation: { npz: file('few.npz'), is: 'sample' as const } }
  expect(await evaluate('off output SQNR to fp32 >= 15 dB', few)).toMatchObject({ verdict: 'inconclusive' })
  expect(await evaluate('off max output error to fp32 <= 9', few)).toMatchObject({ verdict: 'inconclusive' })
  // One that misses the bound is enough.
  expect(await evaluate('off max output error to fp32 <= 0.1', few)).toMatchObject({ verdict: 'violated' })
})

test.each([
  [
    "off output SQNR to fp32 of 'score' >= 25 dB",
    `off output SQNR to fp32 of 'score' >= 25 dB\n${' '.repeat(29)}^^^^^^^ unknown output \`score\`; did you mean \`'scores'\`?`,
  ],
  [
    "off output SQNR to fp32 of 'logits' >= 25 dB",
    "unknown output `logits`; float outputs are `'boxes'`, `'scores'`",
  ],
  [
    'off output SQNR to nan >= 25 dB',
    'nan.onnx: output `boxes` of `nan` is NaN for sample 0, so that nothing can be compared with it',
  ],
])('%s is refused', async (text, message) => {
  await expect(evaluate(text, population())).rejects.toThrow(message)
})

test('samples are needed', async () => {
  await expect(evaluate('off output SQNR to fp32 >= 25 dB', {})).rejects.toThrow(
    '`output SQNR` needs samples: name them as data.evaluation, without labels if there are none, or as data.calibration',
  )
})
