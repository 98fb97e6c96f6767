import { expect, test } from 'vitest'
import { fewestBlocks } from '../../../src/statistics/sequential/fewest-blocks.ts'
import { lookSchedule } from '../../../src/statistics/sequential/look-schedule.ts'

test.each([0.5, 0.37, 0.05, 0.01, 0.01 / 50, 0.0001, 0.00001])(
  'at alpha %d a test of so many blocks can reject, and one of fewer cannot',
  alpha => {
    const horizon = fewestBlocks(alpha)
    expect(lookSchedule({ alpha, horizon }).at(-1)).toBe(horizon)
    if (horizon > 1)
      expect(() => lookSchedule({ alpha, horizon: horizon - 1 })).toThrow('too few for a verdict')
  },
)
