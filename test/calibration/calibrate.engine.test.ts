import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { calibrate, calibrateGrids, collectHistograms } from '../../src/calibration/calibrate.ts'
import { addToHistogram, binCount, createHistogram, type Histogram } from '../../src/calibration/histogram.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import type { NdArray } from '../../src/data/ndarray.ts'
import { InputError } from '../../src/errors.ts'
import { floatActivations } from '../../src/onnx/float-activations.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { digits } from '../support/digits.ts'
import { buildModel } from '../support/models/model-builder.ts'
import { residual } from '../support/models/tiny-models.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const digitsData = (limit: number) => loadDataset({ npz: digits.calibration, limit }, 'calibration')

async function written(model: ModelProto): Promise<string> {
  const directory = await temporaryDirectory()
  await mkdir(directory, { recursive: true })
  const path = join(directory, 'tiny.onnx')
  await writeModel(model, path)
  return path
}

function dataset(inputs: Record<string, NdArray>): Dataset {
  const size = Object.values(inputs)[0]?.shape[0] ?? 0
  return { source: 'made.npz', sha256: '', size, inputs: new Map(Object.entries(inputs)) }
}

function images(samples: number): NdArray {
  return { shape: [samples, 4, 8, 8], data: randomFloats(samples * 256, 'images') }
}

test('every float activation of the digits network gets its range, input and output included', async () => {
  const data = await digitsData(8)
  const ranges = await calibrate({ model: digits.fp32, data, method: 'minmax', grid: 'uint8' })
  const { graph } = await readModel(digits.fp32)
  expect([...ranges.keys()]).toEqual(floatActivations(indexGraph(graph!)))
  const pixels = [...data.inputs.get('image')!.data].map(Number)
  expect(ranges.get('image')).toEqual({ min: Math.min(...pixels), max: Math.max(...pixels) })

  const engines = await openEngines([
    { id: 'fp32', model: digits.fp32, settings: { threads: 1, level: 'disabled' } },
  ])
  try {
    const feeds = Array.from({ length: 8 }, (_, i) => {
      const { shape, data: values } = data.inputs.get('image')!
      const image = values.slice(i * 1024, (i + 1) * 1024) as Float32Array
      return new Map([['image', { type: 'float32', shape: [1, ...shape.slice(1)], data: image }]])
    })
    const logits = (await engines.infer('fp32', feeds)).flatMap(outputs =>
      [...outputs.get('logits')!.data].map(Number),
    )
    const { min, max } = ranges.get('logits')!
    expect(min).toBeCloseTo(Math.min(...logits), 4)
    expect(max).toBeCloseTo(Math.max(...logits), 4)
  } finally {
    await engines.stop()
  }
})

test('SiLU keeps its small negative side and the Sigmoid inside it stays within 0 and 1', async () => {
  const data = await digitsData(16)
  const ranges = await calibrate({ model: digits.fp32, data, method: 'mse', grid: 'uint8' })
  const { node } = (await readModel(digits.fp32)).graph!
  const sigmoids = node.filter(({ opType }) => opType === 'Sigmoid')
  expect(sigmoids).toHaveLength(6)
  for (const sigmoid of sigmoids) {
    const { min, max } = ranges.get(sigmoid.output[0]!)!
    expect(min).toBe(0)
    expect(max).toBeLessThanOrEqual(1)
    const silu = node.find(({ opType, input }) => opType === 'Mul' && input.includes(sigmoid.output[0]!))!
    // The minimum of SiLU is -0.2785.
    expect(ranges.get(silu.output[0]!)!.min).toBeGreaterThanOrEqual(-0.279)
    expect(ranges.get(silu.output[0]!)!.min).toBeLessThan(-0.2)
  }
})

test('one run of the data gives the ranges of both grids', async () => {
  const run = { model: digits.fp32, data: await digitsData(8), method: 'mse' } as const
  const both = await calibrateGrids(run, ['uint8', 'int8'])
  for (const grid of ['uint8', 'int8'] as const) {
    expect([grid, both.get(grid)]).toEqual([grid, await calibrate({ ...run, grid })])
  }
})

test('a small memory budget takes more passes over the data and finds the same', async () => {
  const data = await digitsData(4)
  const inferences: number[] = []
  const run = { model: digits.fp32, data }
  const once = await collectHistograms(run)
  const often = await collectHistograms({
    ...run,
    memoryBudget: 500_000,
    onProgress: ({ done, total }) => void inferences.push(done / total),
  })
  expect(often).toEqual(once)
  expect(inferences.length).toBeGreaterThan(8)
  expect(inferences.length % 4).toBe(0)
  expect(inferences.at(-1)).toBe(1)
})

test('of tensors that are too large together a part counts, and the extremes of the whole', async () => {
  const shape = [1, 4, 512, 512]
  const model = buildModel({
    inputs: { x: shape },
    outputs: ['y'],
    nodes: [
      makeNode('Mul', 'square', ['x', 'x'], ['squared']),
      makeNode('Relu', 'relu', ['squared'], ['rectified']),
      makeNode('Sub', 'sub', ['x', 'rectified'], ['y']),
    ],
  })
  const [path, size] = [await written(model), 2 ** 20]
  // One value in a million is far from the others.
  const values = randomFloats(2 * size, 'large').map((value, i) => (i === 123_456 ? 40 : value))
  const data = dataset({ x: { shape: [2, ...shape.slice(1)], data: Float32Array.from(values) } })
  const run = { model: path, data, method: 'minmax', grid: 'uint8' } as const
  const inferences: number[] = []
  const part = await calibrate({
    ...run,
    memoryBudget: 2 ** 22,
    onProgress: ({ total }) => void inferences.push(total),
  })
  expect(part).toEqual(await calibrate(run))
  // Whole, the tensors would take two passes over the data.
  expect(inferences).toEqual([2, 2])
  const counts = await collectHistograms({ model: path, data, memoryBudget: 2 ** 22 })
  expect(counts.get('squared')!.count).toBeLessThan(size)
  const [least, whole] = [
    await calibrate({ ...run, method: 'percentile', memoryBudget: 2 ** 22 }),
    await calibrate({ ...run, method: 'percentile' }),
  ]
  for (const [name, { min, max }] of whole) {
    expect(least.get(name)!.max / max, name).toBeCloseTo(1, 1)
    if (min < 0) expect(least.get(name)!.min / min, name).toBeCloseTo(1, 1)
  }
})

test.for([
  { what: 'started for a large input', shape: [1, 8, 256, 256], copies: 1, first: 1 },
  { what: 'started for activations larger than the input', shape: [1, 8, 64, 64], copies: 32, first: 1 },
  { what: 'idle, since the first sample is all zero', shape: [1, 8, 256, 256], copies: 1, first: 0 },
])('processes that share samples count what one counts: $what', async ({ shape, copies, first }) => {
  const channels = Array.from({ length: copies }, () => 'x')
  const model = buildModel({
    inputs: { x: shape },
    outputs: ['y'],
    nodes: [
      makeNode('Concat', 'concat', channels, ['wide'], { axis: 1n }),
      makeNode('Mul', 'square', ['wide', 'wide'], ['squared']),
      makeNode('Relu', 'relu', ['wide'], ['rectified']),
      makeNode('Sub', 'sub', ['squared', 'rectified'], ['y']),
    ],
  })
  const size = shape.reduce((product, axis) => product * axis, 1)
  const samples = Array.from({ length: 7 }, (_, i) =>
    randomFloats(size, `image ${i}`, i === 0 ? first : 1 + i),
  )
  const data = dataset({
    x: { shape: [7, ...shape.slice(1)], data: Float32Array.from(samples.flatMap(values => [...values])) },
  })
  const computed = {
    wide: (x: number) => x,
    squared: (x: number) => x * x,
    rectified: (x: number) => Math.max(x, 0),
    y: (x: number) => Math.fround(x * x) - Math.max(x, 0),
  }
  const expected = new Map<string, Histogram>()
  const count = (name: string, times: number, of: (x: number) => number) => {
    const histogram = createHistogram()
    for (const values of samples) {
      for (let i = 0; i < times; i++) addToHistogram(histogram, values.map(of), 'first-maximum')
    }
    expected.set(name, histogram)
  }
  count('x', 1, x => x)
  for (const [name, of] of Object.entries(computed)) count(name, copies, of)
  const run = { model: await written(model), data, initialRange: 'first-maximum' } as const
  expect(await collectHistograms(run)).toEqual(expected)
})

test('more samples do not take more memory: histograms keep their bins', async () => {
  for (const size of [1, 12]) {
    const histograms = await collectHistograms({ model: digits.fp32, data: await digitsData(size) })
    const pixels = histograms.get('image')!
    expect(pixels.count).toBe(size * 1024)
    expect(pixels.positive).toHaveLength(binCount)
  }
})

test('a batch fixed in the model is filled up with the last sample', async () => {
  const model = buildModel({
    inputs: { x: [4, 2] },
    outputs: ['y'],
    nodes: [makeNode('Relu', 'relu', ['x'], ['y'])],
  })
  const data = dataset({ x: { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => i - 4) } })
  const histograms = await collectHistograms({ model: await written(model), data })
  expect(histograms.get('x')).toMatchObject({ min: -4, max: 7, count: 16, zeros: 1 })
  expect(histograms.get('y')).toMatchObject({ min: 0, max: 7, count: 16, zeros: 5 })
})

test('an input whose first axis is no batch gets a whole array for each sample', async () => {
  const model = buildModel({
    inputs: { x: ['batch', 2], state: [2, 'batch'] },
    outputs: ['y'],
    nodes: [
      makeNode('Transpose', 'turn', ['state'], ['turned'], { perm: [1n, 0n] }),
      makeNode('Add', 'add', ['x', 'turned'], ['y']),
    ],
  })
  const data = dataset({
    x: { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    state: { shape: [3, 2, 1], data: Float32Array.of(10, 20, 30, 40, 50, 60) },
  })
  const ranges = await calibrate({ model: await written(model), data, method: 'minmax', grid: 'uint8' })
  expect(ranges.get('y')).toEqual({ min: 0, max: 66 })
})

test('NaN and infinite values among the activations are told beside the range of the others', async () => {
  const model = buildModel({
    inputs: { x: [1, 2] },
    outputs: ['y', 'z'],
    nodes: [makeNode('Sqrt', 'sqrt', ['x'], ['y']), makeNode('Reciprocal', 'inverse', ['x'], ['z'])],
  })
  const data = dataset({ x: { shape: [3, 2], data: Float32Array.of(1, 4, 9, -1, 2, 0) } })
  const ranges = await calibrate({ model: await written(model), data, method: 'minmax', grid: 'uint8' })
  expect(ranges.get('y')).toEqual({ min: 0, max: 3, nanIn: 'made.npz, sample 1' })
  expect(ranges.get('z')).toEqual({ min: -1, max: 1, infinite: true })
})

test.for([
  ['no samples', { x: { shape: [0, 4, 8, 8], data: new Float32Array() } }, 'made.npz: no calibration data'],
  [
    'an input that is missing: its name and the names there are',
    { image: images(2) },
    'made.npz: no array named `x`, which the model takes as input (the file has `image`): save each array under the name of its input',
  ],
  [
    'a wrong shape',
    { x: { shape: [2, 8, 8, 4], data: images(2).data } },
    'made.npz: array `x` has samples of shape [8,8,4], the model takes [4,8,8]: save it with .transpose(0, 3, 1, 2)',
  ],
  [
    'a wrong type',
    { x: { shape: [1, 4, 8, 8], data: new Uint8Array(256).fill(128) } },
    'made.npz: array `x` holds uint8, the model takes float32',
  ],
] as const)('data that does not fit: %s', async ([, inputs, message]) => {
  const model = await written(residual())
  const run = calibrate({ model, data: dataset(inputs), method: 'entropy', grid: 'int8' })
  await expect(run).rejects.toThrow(InputError)
  await expect(run).rejects.toThrow(message)
})

test('an aborted calibration ends with the reason', async () => {
  const abort = new AbortController()
  const run = calibrate({
    model: digits.fp32,
    data: await digitsData(64),
    method: 'minmax',
    grid: 'uint8',
    signal: abort.signal,
    onProgress: ({ done }) => {
      if (done === 2) abort.abort(new Error('enough'))
    },
  })
  await expect(run).rejects.toThrow('enough')
})

test('a tensor that only holds the values of another one has its range', async () => {
  const model = buildModel({
    inputs: { x: [1, 2, 3] },
    outputs: ['y'],
    nodes: [
      makeNode('Transpose', 'turned', ['x'], ['t'], { perm: [0n, 2n, 1n] }),
      makeNode('Flatten', 'flat', ['t'], ['f']),
      makeNode('Relu', 'relu', ['f'], ['y']),
    ],
  })
  const data = dataset({ x: { shape: [2, 2, 3], data: Float32Array.from({ length: 12 }, (_, i) => i - 5) } })
  const ranges = await calibrate({ model: await written(model), data, method: 'minmax', grid: 'uint8' })
  expect([...ranges]).toEqual([
    ['x', { min: -5, max: 6 }],
    ['t', { min: -5, max: 6 }],
    ['f', { min: -5, max: 6 }],
    ['y', { min: 0, max: 6 }],
  ])
})
