import { expect, test } from 'vitest'
import { storable } from '../../../src/contract/baselines/storable.ts'
import type { Estimate } from '../../../src/contract/evidence.ts'

const estimate: Estimate = { of: 'a fps', value: 100, lower: 98, upper: 102, confidence: 0.95, unit: 'fps' }
const finding = {
  verdict: 'inconclusive',
  estimate,
  samples: { count: 100, unit: 'inferences' },
  rule: '',
  reason: '',
  details: [],
} as const

test('a figure with its interval, the pace of the machine and the engine', () => {
  expect(storable({ ...finding, probe: 20 }, 'a fps', 'e')).toEqual({
    value: 100,
    lower: 98,
    upper: 102,
    confidence: 0.95,
    unit: 'fps',
    probe: 20,
    engine: 'e',
    measuredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
})

test('of several builds, from the least to the most of any', () => {
  const build = (n: number, value: number) => ({
    ...estimate,
    of: `a fps, build ${n}`,
    value,
    lower: value - 2,
    upper: value + 2,
  })
  const details = [build(1, 100), build(2, 90), build(3, 120)]
  const builds = { count: 3, differences: {} }
  expect(storable({ ...finding, details, builds }, 'a fps', 'e')).toMatchObject({
    value: 100,
    lower: 88,
    upper: 122,
  })
})

test('what has no end is refused', () => {
  const endless = { ...estimate, upper: Number.POSITIVE_INFINITY }
  expect(() => storable({ ...finding, estimate: endless }, 'a fps', 'e')).toThrow(
    'is too little for an interval',
  )
  const infinite = { ...endless, value: Number.POSITIVE_INFINITY }
  expect(() => storable({ ...finding, estimate: infinite }, 'a fps', 'e')).toThrow('`a fps` is infinite')
})
