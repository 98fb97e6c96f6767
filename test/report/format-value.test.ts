import { expect, test } from 'vitest'
import type { Unit } from '../../src/contract/evidence.ts'
import { formatEstimate } from '../../src/report/format-estimate.ts'
import { formatValue } from '../../src/report/format-value.ts'

test.each<[number, Unit, string]>([
  [1.5, 'x', '1.500×'],
  [412.34, 'fps', '412 fps'],
  [9.8765, 'fps', '9.88 fps'],
  [0.012345, 'ms', '0.0123 ms'],
  [0, 'ms', '0 ms'],
  [12.345, 's', '12.3 s'],
  [0.00021, 's', '0.210 ms'],
  [0.98319, 'fraction', '98.32%'],
  [-0.0001, 'pp', '0.00 pp'],
  [-0.3, 'pp', '-0.30 pp'],
  [999, 'bytes', '999 B'],
  [87_600, 'bytes', '87.6 kB'],
  [1e6, 'bytes', '1.00 MB'],
  [4_300_000_000, 'bytes', '4.30 GB'],
  [Number.POSITIVE_INFINITY, 'x', '∞×'],
  [Number.NaN, 'fps', 'unknown fps'],
])('%d %s is %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text)
})

const estimate = (value: number, lower: number, upper: number, unit: Unit, confidence = 0.95) =>
  formatEstimate({ of: 'it', value, lower, upper, confidence, unit })

test.each([
  [
    'decimals follow the width of the interval',
    estimate(1.03412, 1.0215, 1.047, 'x'),
    '1.034× (95% interval 1.022 to 1.047)',
  ],
  ['a wide interval', estimate(412.34, 300, 520, 'fps'), '412 fps (95% interval 300 to 520)'],
  [
    'a narrow one is cut at five digits',
    estimate(412.34567, 412.34566, 412.34568, 'fps'),
    '412.35 fps (95% interval 412.35 to 412.35)',
  ],
  [
    'ends in the unit of the value',
    estimate(1.2e6, 9e5, 1.5e6, 'bytes'),
    '1.20 MB (95% interval 0.90 to 1.50)',
  ],
  ['around nothing', estimate(0, -0.0006, 0.09, 'fraction'), '0.0% (95% interval -0.1 to 9.0)'],
  ['without an upper end', estimate(2, 1, Number.POSITIVE_INFINITY, 'x'), '2.0× (95% interval 1.0 to ∞)'],
  ['a range of what was seen', estimate(3.1e6, 3e6, 3.3e6, 'bytes', 1), '3.10 MB (range 3.00 to 3.30)'],
  ['known exactly', estimate(3.1e6, 3.1e6, 3.1e6, 'bytes', 1), '3.10 MB'],
  ['another confidence', estimate(2, 1, 3, 'x', 0.999), '2.0× (99.9% interval 1.0 to 3.0)'],
])('%s', (_, text, expected) => {
  expect(text).toBe(expected)
})
