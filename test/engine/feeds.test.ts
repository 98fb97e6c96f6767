import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dataset } from '../../src/data/dataset.ts'
import type { NdArray } from '../../src/data/ndarray.ts'
import { checkInputs, feedsOf } from '../../src/engine/feeds/feeds.ts'
import type { TensorInfo } from '../../src/engine/tensor-info.ts'
import { InputError } from '../../src/errors.ts'

function dataset(inputs: Record<string, NdArray>): Dataset {
  const size = Object.values(inputs)[0]!.shape[0]!
  return { source: 'data.npz', sha256: '', size, inputs: new Map(Object.entries(inputs)) }
}

function counting(...shape: number[]): NdArray {
  const length = shape.reduce((product, size) => product * size, 1)
  return { shape, data: Float32Array.from({ length }, (_, i) => i) }
}

const info = (shape: TensorInfo['shape'], type = 'float32', name = 'x'): TensorInfo => ({ name, type, shape })

test('a free batch: the last feed is as short as what is left', () => {
  const feeds = feedsOf(dataset({ x: counting(5, 2) }), [info(['batch', 2])], 2)
  expect(feeds.map(feed => feed.get('x'))).toEqual([
    { type: 'float32', shape: [2, 2], data: Float32Array.of(0, 1, 2, 3) },
    { type: 'float32', shape: [2, 2], data: Float32Array.of(4, 5, 6, 7) },
    { type: 'float32', shape: [1, 2], data: Float32Array.of(8, 9) },
  ])
})

test('a fixed batch: the last feed is filled up with the last sample', () => {
  const feeds = feedsOf(dataset({ x: counting(4, 2) }), [info([3, 2])], 3)
  expect(feeds.at(-1)!.get('x')).toEqual({
    type: 'float32',
    shape: [3, 2],
    data: Float32Array.of(6, 7, 6, 7, 6, 7),
  })
})

test('feeds hold every sample once and in order, whatever the batch', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 25 }), (samples, batch) => {
      const data = dataset({ x: counting(samples, 3), n: counting(samples) })
      const inputs = [info(['batch', 'width']), info(['batch'], 'float32', 'n')]
      const feeds = feedsOf(data, inputs, batch)
      expect(feeds.flatMap(feed => [...feed.get('x')!.data])).toEqual([...counting(samples, 3).data])
      expect(feeds.flatMap(feed => [...feed.get('n')!.data])).toEqual([...counting(samples).data])
    }),
  )
})

test('a limit stops after so many feeds', () => {
  expect(feedsOf(dataset({ x: counting(9, 2) }), [info(['batch', 2])], 2, 3)).toHaveLength(3)
})

test('an array with an axis more holds a whole input for each sample', () => {
  const data = dataset({ state: counting(3, 2, 1, 2), rate: counting(3) })
  const inputs = [info([2, 'batch', 2], 'float32', 'state'), info([], 'float32', 'rate')]
  const feeds = feedsOf(data, inputs, 1)
  expect(feeds).toHaveLength(3)
  expect(feeds[1]).toEqual(
    new Map([
      ['state', { type: 'float32', shape: [2, 1, 2], data: Float32Array.of(4, 5, 6, 7) }],
      ['rate', { type: 'float32', shape: [], data: Float32Array.of(1) }],
    ]),
  )
  expect(() => checkInputs(data, inputs, 2)).toThrow('samples run one by one: set `batch` of the target to 1')
  const other = dataset({ state: counting(3, 2, 1, 5), rate: counting(3) })
  expect(() => checkInputs(other, inputs, 1)).toThrow(
    'has samples of shape [2,1,5], the model takes [batch,2]',
  )
})

test('a dimension with a symbolic name takes any size', () => {
  const data = dataset({ x: counting(2, 3, 640, 480) })
  expect(() => checkInputs(data, [info(['batch', 3, 'height', 'width'])], 1)).not.toThrow()
  expect(() => checkInputs(data, [info(['batch', 4, 'height', 'width'])], 1)).toThrow(InputError)
})

const integers: NdArray = { shape: [2, 3], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n) }

test.for([
  [
    'missing input',
    { image: counting(2, 3), mask: counting(2) },
    info(['batch', 3]),
    'data.npz: no array named `x`, which the model takes as input (the file has `image`, `mask`): save each array under the name of its input',
  ],
  [
    'wrong shape',
    { x: counting(2, 4) },
    info(['batch', 3]),
    'data.npz: array `x` has samples of shape [4], the model takes [3]: the first axis is the samples, save the others as the model takes them',
  ],
  [
    'wrong rank',
    { x: counting(2, 3, 1) },
    info(['batch', 3]),
    'data.npz: array `x` has samples of shape [3,1], the model takes [3]: the first axis is the samples, save the others as the model takes them',
  ],
  [
    'channels last',
    { x: counting(2, 4, 5, 3) },
    info(['batch', 3, 'height', 'width']),
    'data.npz: array `x` has samples of shape [4,5,3], the model takes [3,height,width]: save it with .transpose(0, 3, 1, 2)',
  ],
  [
    'bytes of pictures for floats',
    { x: { shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5) } },
    info(['batch', 3]),
    'data.npz: array `x` holds uint8, the model takes float32: prepare the data as your program does, and save it as float32',
  ],
  [
    'pictures in larger integers for floats',
    { x: { shape: [1, 1, 2, 2], data: BigInt64Array.of(0n, 1n, 2n, 3n) } },
    info(['batch', 1, 2, 2]),
    'data.npz: array `x` holds int64, the model takes float32: prepare the data as your program does, and save it as float32',
  ],
  [
    'integers that float32 does not hold',
    { x: { shape: [1, 2], data: BigInt64Array.of(1n, 16777217n) } },
    info(['batch', 2]),
    'data.npz: array `x` holds int64, the model takes float32: prepare the data as your program does, and save it as float32',
  ],
  [
    'floats beyond float32',
    { x: { shape: [1, 2], data: Float64Array.of(1, -1e300) } },
    info(['batch', 2]),
    'data.npz: array `x` holds -1e+300, beyond the 3.4028234663852886e+38 of float32 that the model takes: scale the data as the model expects it',
  ],
  [
    'integers beyond those of the model',
    { x: { shape: [1, 2], data: BigInt64Array.of(1n, 300n) } },
    info(['batch', 2], 'uint8'),
    'data.npz: array `x` holds int64, 300 among them, the model takes uint8: prepare the data as your program does, and save it as uint8',
  ],
  [
    'fractions for integers',
    { x: { shape: [1, 2], data: Float64Array.of(1, 0.5) } },
    info(['batch', 2], 'int64'),
    'data.npz: array `x` holds float64, 0.5 among them, the model takes int64: prepare the data as your program does, and save it as int64',
  ],
  [
    'other numbers than true and false',
    { x: { shape: [1, 2], data: Int32Array.of(1, 2) } },
    info(['batch', 2], 'bool'),
    'data.npz: array `x` holds int32, 2 among them, the model takes bool: prepare the data as your program does, and save it as bool',
  ],
  [
    'other batch',
    { x: counting(2, 3) },
    info([8, 3]),
    'input `x` has the fixed batch 8: leave `batch` of the target out or set it to 8, it is 1',
  ],
  ['no samples', { x: counting(0, 3) }, info(['batch', 3]), 'data.npz: holds no samples'],
] as const)('%s', ([, inputs, input, message]) => {
  expect(() => feedsOf(dataset(inputs), [input], 1)).toThrow(new InputError(message))
})

test('integer inputs take the array of their type', () => {
  const [feed] = feedsOf(dataset({ x: integers }), [info(['batch', 3], 'int64')], 2)
  expect(feed!.get('x')).toEqual({ type: 'int64', ...integers })
})

// NumPy's own types are float64 and int64 (int32 on some systems): the numbers are those that the model takes.
test.each<[string, NdArray['data'], string, NdArray['data']]>([
  ['float64 for float32', Float64Array.of(0.1, -2), 'float32', Float32Array.of(0.1, -2)],
  ['float32 for float64', Float32Array.of(0.5, -2), 'float64', Float64Array.of(0.5, -2)],
  ['float64 for float16', Float64Array.of(1, -2), 'float16', Uint16Array.of(0x3c00, 0xc000)],
  ['int32 for int64', Int32Array.of(1, -2), 'int64', BigInt64Array.of(1n, -2n)],
  ['int64 for int32', BigInt64Array.of(1n, -2n), 'int32', Int32Array.of(1, -2)],
  ['whole float64 for int64', Float64Array.of(101, 102), 'int64', BigInt64Array.of(101n, 102n)],
  ['int64 columns for float32', BigInt64Array.of(37n, -2n), 'float32', Float32Array.of(37, -2)],
  ['bool for float32', Uint8Array.of(0, 1), 'float32', Float32Array.of(0, 1)],
  ['bool for int64', Uint8Array.of(0, 1), 'int64', BigInt64Array.of(0n, 1n)],
  ['int64 for bool', BigInt64Array.of(0n, 1n), 'bool', Uint8Array.of(0, 1)],
])('feeds %s', (_, data, type, expected) => {
  const [feed] = feedsOf(dataset({ x: { shape: [1, 2], data } }), [info(['batch', 2], type)], 1)
  expect(feed!.get('x')).toEqual({ type, shape: [1, 2], data: expected })
})

test('a whole input that is the same for all samples of a batch is fed once', () => {
  const inputs = [info(['batch', 2]), info([], 'float32', 'rate')]
  const rates = (...data: number[]): NdArray => ({ shape: [data.length], data: Float32Array.from(data) })
  const [feed] = feedsOf(dataset({ x: counting(4, 2), rate: rates(16, 16, 16, 8) }), inputs, 3)
  expect(feed!.get('rate')).toEqual({ type: 'float32', shape: [], data: Float32Array.of(16) })
  expect(() => feedsOf(dataset({ x: counting(4, 2), rate: rates(16, 16, 16, 8) }), inputs, 2)).toThrow(
    'those of samples 2 and 3 differ, so they cannot run together: set `batch` of the target to 1',
  )
})

test('first axes that differ are no batch: the data has an axis of samples in front', () => {
  const inputs = [info([1, 4]), info([2, 1, 4], 'float32', 'state')]
  const [, feed] = feedsOf(dataset({ x: counting(2, 4), state: counting(2, 2, 1, 4) }), inputs, 1)
  expect([...feed!.values()].map(({ shape }) => shape)).toEqual([
    [1, 4],
    [2, 1, 4],
  ])
  expect(() => checkInputs(dataset({ x: counting(2, 4), state: counting(2, 1, 4) }), inputs, 1)).toThrow(
    'give [samples,2,1,4], a whole input for each sample',
  )
})

test('float16 is fed as bit patterns, rounded to the nearest; what is beyond it is refused', () => {
  const values = (...data: number[]) =>
    dataset({ x: { shape: [1, data.length], data: Float32Array.from(data) } })
  const [feed] = feedsOf(values(1, -2, 65504, 2 ** -24, 1 + 2 ** -11), [info(['batch', 5], 'float16')], 1)
  expect(feed!.get('x')).toEqual({
    type: 'float16',
    shape: [1, 5],
    data: Uint16Array.of(0x3c00, 0xc000, 0x7bff, 1, 0x3c00),
  })
  expect(() => feedsOf(values(70_000), [info(['batch', 1], 'float16')], 1)).toThrow(
    'array `x` holds 70000, beyond the 65504 of float16 that the model takes',
  )
})

test('bool inputs take bytes', () => {
  const mask = { shape: [1, 2], data: Uint8Array.of(0, 1) }
  const [feed] = feedsOf(dataset({ x: mask }), [info(['batch', 2], 'bool')], 1)
  expect(feed!.get('x')).toEqual({ type: 'bool', ...mask })
})
