import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseSegments, type SegmentPilot } from '../../src/statistics/choose-segments.ts'

const pilot = (length: number, spread: number, seconds: number, centre = 0): SegmentPilot => ({
  length,
  statistic: 'minimum',
  quads: [-2, -1, 0, 1, 2].map(x => centre + x * spread),
  seconds,
})

test('chooses the least variance per second, the first where nothing is clearly better', () => {
  const usual = pilot(5, 0.01, 0.024)
  expect(chooseSegments([usual, pilot(2, 0.01, 0.012), pilot(1, 0.006, 0.006)], 0.01).length).toBe(1)
  expect(chooseSegments([usual, pilot(2, 0.0105, 0.012), pilot(1, 0.03, 0.004)], 0.01).length).toBe(5)
})

test('does not choose segments that measure something else', () => {
  expect(chooseSegments([pilot(5, 0.01, 0.024), pilot(1, 0.001, 0.004, 0.03)], 0.01).length).toBe(5)
})

test('is blind: exchanging the engines changes nothing', () => {
  const quads = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 })
  fc.assert(
    fc.property(quads, quads, (one, other) => {
      const pilots = (sign: number) =>
        [one, other].map(
          (values, i): SegmentPilot => ({
            length: 5 - i,
            statistic: 'median',
            quads: values.map(x => sign * x),
            seconds: 1,
          }),
        )
      expect(chooseSegments(pilots(-1), 0.5)).toEqual(chooseSegments(pilots(1), 0.5))
    }),
  )
})

test('refuses to choose from nothing', () => {
  expect(() => chooseSegments([], 0.01)).toThrow(RangeError)
})
