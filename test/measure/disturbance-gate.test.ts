import { expect, test } from 'vitest'
import { disturbanceGate } from '../../src/measure/disturbance-gate.ts'

const quiet = { waited: 1, duration: 100 }
const disturbed = { waited: 20, duration: 100 }

test('a block in which the process had to wait is dropped, a quiet one is kept', () => {
  const gate = disturbanceGate()
  expect([quiet, disturbed, quiet, quiet].map(block => gate.keeps(block))).toEqual([true, false, true, true])
  expect(gate.dropped).toBe(1)
})

test('a machine that is always busy is measured as it is', () => {
  const gate = disturbanceGate()
  const kept = Array.from({ length: 100 }, () => gate.keeps(disturbed)).filter(Boolean)
  expect(kept.length).toBeGreaterThanOrEqual(49)
})

test('where the system does not say, every block is kept', () => {
  expect(disturbanceGate().keeps({ waited: undefined, duration: 100 })).toBe(true)
})
