import { expect, test } from 'vitest'
import { paceGate } from '../../../src/measure/pace/pace-gate.ts'

test('the best pace is what one probe in a hundred reached, and at least three', () => {
  const gate = paceGate()
  gate.add([24, 20])
  expect(gate.best).toBeUndefined()
  gate.add([25])
  expect(gate.best).toBe(25)
  gate.add(Array.from({ length: 997 }, (_, i) => 30 + i))
  // Ten of a thousand: 20, 24, 25, 30 to 36.
  expect(gate.best).toBe(36)
  expect(gate.seen).toBe(36)
})

test('what is known already stays the best until a better one is seen', () => {
  const gate = paceGate(22)
  gate.add([30, 30, 30])
  expect([gate.best, gate.seen]).toEqual([22, 30])
  gate.add([20, 20, 20])
  expect([gate.best, gate.seen]).toEqual([20, 20])
})

test('full pace is up to 15% slower than the best', () => {
  const gate = paceGate(20)
  expect([gate.isFull(19), gate.isFull(23), gate.isFull(23.01)]).toEqual([true, true, false])
})

test('everything is full pace as long as nothing is known', () => {
  expect(paceGate().isFull(1000)).toBe(true)
})
