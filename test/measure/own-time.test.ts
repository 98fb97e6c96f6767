import { expect, test } from 'vitest'
import { isDisturbed, ownTimes } from '../../src/measure/own-time.ts'

const own = (wall: readonly number[], cpu: readonly number[], threads?: number) =>
  [
    ...ownTimes(threads === undefined ? {} : { threads }, {
      milliseconds: Float64Array.from(wall),
      cpu: Float64Array.from(cpu),
    }),
  ] as const

test('wall time counts as long as nobody else had the CPU', () => {
  expect(own([1, 0.07, 20], [1.004, 0.069, 19.9])).toEqual([1, 0.07, 20])
})

test('CPU time counts where somebody had', () => {
  expect(own([4, 1], [1, 1])).toEqual([1, 1])
})

test('of several threads wall time counts, whoever had the CPU: theirs adds up', () => {
  expect(own([4, 1], [8, 2], 2)).toEqual([4, 1])
  // Of two engines that are disturbed alike, the one whose threads work less would seem faster.
  expect([own([4], [2.2], 2), own([4], [4], 2)]).toEqual([[4], [4]])
})

test.each([
  [1.01, 1, false],
  [1.014, 1, true],
  [0.073, 0.0701, false],
  [0.08, 0.07, true],
])('%d ms on the wall and %d ms of CPU: %s', (wall, cpu, disturbed) => {
  expect(isDisturbed(wall, cpu)).toBe(disturbed)
})

test('a CPU clock that stood still is no clock', () => {
  expect(own([0.02, 1], [0, 1])).toEqual([0.02, 1])
})
