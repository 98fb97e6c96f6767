import { expect, test } from 'vitest'
import { isDisturbed, ownTime } from '../../src/measure/own-time.ts'

test('wall time counts as long as nobody else had the CPU', () => {
  const wall = Float64Array.of(1, 0.07, 20)
  const cpu = Float64Array.of(1.004, 0.069, 19.9)
  expect(ownTime(wall, cpu)).toEqual(wall)
})

test('CPU time counts where somebody had', () => {
  expect(ownTime(Float64Array.of(4, 1), Float64Array.of(1, 1))).toEqual(Float64Array.of(1, 1))
})

test('several threads work more than the clock on the wall shows: nothing changes', () => {
  expect(ownTime(Float64Array.of(4, 1), Float64Array.of(8, 2))).toEqual(Float64Array.of(4, 1))
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
  expect(ownTime(Float64Array.of(0.02, 1), Float64Array.of(0, 1))).toEqual(Float64Array.of(0.02, 1))
})
