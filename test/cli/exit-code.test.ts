import { expect, test } from 'vitest'
import { exitCodeOf, gravest } from '../../src/cli/exit-code.ts'
import { failed, inconclusive, upheld, violated } from '../report/evidence.ts'

test('one clause', () => {
  expect(exitCodeOf(upheld, 'fail')).toBe(0)
  expect(exitCodeOf(violated, 'warn')).toBe(1)
  expect(exitCodeOf(inconclusive, 'fail')).toBe(2)
  expect(exitCodeOf(inconclusive, 'warn')).toBe(0)
  expect(exitCodeOf(failed, 'warn')).toBe(3)
})

test('of several the gravest: 3 beats 1 beats 2 beats 0', () => {
  expect(gravest([])).toBe(0)
  expect(gravest([0, 2])).toBe(2)
  expect(gravest([0, 2, 1])).toBe(1)
  expect(gravest([2, 3, 1])).toBe(3)
})
