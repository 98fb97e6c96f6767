import { expect, test } from 'vitest'
import type { Dataset } from '../../src/data/dataset.ts'
import { sharedSamples } from '../../src/data/stream/shared-samples.ts'

const dataset = (...rows: (readonly number[])[]): Dataset => ({
  source: 'test',
  sha256: '',
  size: rows.length,
  inputs: new Map([['x', { shape: [rows.length, 2], data: Float32Array.from(rows.flat()) }]]),
})

test('samples that are equal in every bit are shared', async () => {
  expect(await sharedSamples(dataset([1, 2], [3, 4], [5, 6]), dataset([3, 4], [1, 2], [1, 3]))).toBe(2)
})

test('others are not', async () => {
  expect(await sharedSamples(dataset([1, 2]), dataset([2, 1], [1, 2.0000002]))).toBe(0)
})
