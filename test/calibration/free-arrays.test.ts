import { markAsUntransferable } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { freeArrays } from '../../src/calibration/free-arrays.ts'

test('memory of arrays is free at once', () => {
  const size = 2 ** 27
  const before = process.memoryUsage().arrayBuffers
  const arrays = [new Float32Array(size / 4), new Float32Array(size / 4)]
  arrays[1]!.fill(1)
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(size)
  freeArrays(arrays)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size)
  expect(arrays.map(({ length }) => length)).toEqual([0, 0])
})

test('memory that its owner keeps is left to the collector', () => {
  const kept = Float32Array.of(1, 2)
  markAsUntransferable(kept.buffer)
  freeArrays([kept])
  expect([...kept]).toEqual([1, 2])
})
