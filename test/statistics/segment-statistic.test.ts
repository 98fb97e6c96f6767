import { describe, expect, test } from 'vitest'
import { segmentStatistic } from '../../src/statistics/segment-statistic.ts'

describe('segmentStatistic', () => {
  test.each([
    ['minimum', 1],
    ['median', 1.3],
    ['lower quartile', 1.2],
  ] as const)('%s', (statistic, value) => {
    expect(segmentStatistic([1.2, 1, 3.5, 1.3, 1.4], statistic)).toBe(value)
    expect(segmentStatistic([7], statistic)).toBe(7)
  })

  test.each([[[]], [[1, 0]], [[1, -1]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])(
    'refuses [%s]',
    latencies => {
      expect(() => segmentStatistic(latencies, 'minimum')).toThrow(RangeError)
    },
  )
})
