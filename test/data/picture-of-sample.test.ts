import sharp from 'sharp'
import { expect, test } from 'vitest'
import { pictureOfSample } from '../../src/data/images/picture-of-sample.ts'
import type { NdArray } from '../../src/data/ndarray.ts'

const input = (shape: readonly number[], valueAt: (i: number) => number): ReadonlyMap<string, NdArray> => {
  const size = shape.reduce((product, axis) => product * axis, 1)
  return new Map([['image', { shape, data: Float32Array.from({ length: size }, (_, i) => valueAt(i)) }]])
}

/** As another reader of PNG sees it. */
async function pixels(url: string | undefined) {
  const png = Buffer.from(url!.replace('data:image/png;base64,', ''), 'base64')
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data: [...data] }
}

test('grey: from the smallest value, black, to the largest, white', async () => {
  const two = input([2, 1, 8, 9], i => (i < 72 ? -5 : i - 72))
  const seen = await pixels(pictureOfSample(two, 1))
  expect(seen).toMatchObject({ width: 9, height: 8 })
  const every = seen.data.length / 72
  expect(seen.data.filter((_, i) => i % every === 0)).toEqual(
    Array.from({ length: 72 }, (_, i) => Math.round((255 * i) / 71)),
  )
})

test.each([
  ['channels first', [1, 3, 8, 8], (i: number) => Math.floor(i / 64)],
  ['channels last', [1, 8, 8, 3], (i: number) => i % 3],
] as const)('colours, %s', async (_, shape, valueAt) => {
  const { data, ...size } = await pixels(pictureOfSample(input(shape, valueAt), 0))
  expect(size).toEqual({ width: 8, height: 8, channels: 3 })
  expect(data.slice(0, 6)).toEqual([0, 128, 255, 0, 128, 255])
})

test('a large one is shown by every n-th pixel', async () => {
  const { width, height, data } = await pixels(
    pictureOfSample(
      input([1, 3, 130, 65], i => i % 8450),
      0,
    ),
  )
  expect([width, height]).toEqual([22, 44])
  expect(data[3]).toBe(Math.round((255 * 3) / 8449))
})

test.each([[[4, 16]], [[4, 7, 7, 1]], [[4, 2, 32, 32]], [[4, 1, 4, 32]]])('%j is no picture', shape => {
  expect(
    pictureOfSample(
      input(shape, i => i),
      0,
    ),
  ).toBeUndefined()
})

test('values that are no numbers, or all the same', async () => {
  const { data } = await pixels(
    pictureOfSample(
      input([1, 1, 8, 8], i => (i === 0 ? Number.NaN : 3)),
      0,
    ),
  )
  expect(new Set(data)).toEqual(new Set([0]))
})
