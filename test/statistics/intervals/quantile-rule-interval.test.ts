import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantileRule } from '../../../src/statistics/intervals/quantile-rule.ts'
import { quantileRuleInterval } from '../../../src/statistics/intervals/quantile-rule-interval.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { mostRejections } from '../simulate.ts'

describe('quantileRuleInterval', () => {
  // 0.99^299 < 5%: from there on what all samples are is known not to be exceeded by more than 1%.
  test.each([
    [298, { lower: 1, upper: Infinity }],
    [299, { lower: 1, upper: 1 }],
  ])('%i equal samples leave these limits of a p99 open', (count, open) => {
    expect(quantileRuleInterval(Array<number>(count).fill(1), { p: 0.99, limit: 2 })).toEqual(open)
  })

  test.each([0.5, 0.9, 0.99])('holds exactly the limits that the rule leaves undecided, p %d', p => {
    const samples = fc.array(fc.nat(30), { minLength: 1, maxLength: 800 })
    fc.assert(
      fc.property(samples, fc.nat(32), (some, limit) => {
        const options = { p, limit: limit - 1 }
        const { verdict } = quantileRule(some, options)
        const { lower, upper } = quantileRuleInterval(some, options)
        expect(lower).toBeLessThanOrEqual(upper)
        const told = options.limit >= upper ? 'upheld' : options.limit < lower ? 'violated' : 'inconclusive'
        expect(told).toBe(verdict)
      }),
      { numRuns: 300 },
    )
  })

  test('grows with the samples, as they do', () => {
    const random = seededRandom(3)
    const samples = Array.from({ length: 2000 }, () => 1 + random())
    const options = { p: 0.9, limit: 1.5 }
    const { lower, upper } = quantileRuleInterval(samples, options)
    const doubled = quantileRuleInterval(
      samples.map(sample => 2 * sample),
      { ...options, limit: 3 },
    )
    expect(doubled).toEqual({ lower: 2 * lower, upper: 2 * upper })
    expect(upper - lower).toBeLessThan(0.1)
  })

  test('leaves the quantile out as seldom as the rule errs', () => {
    const random = seededRandom(4)
    const [runs, p] = [400, 0.9]
    let [below, above] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const samples = Array.from({ length: 600 }, random)
      const { lower, upper } = quantileRuleInterval(samples, { p, limit: 0.5 })
      if (p < lower) below++
      if (p > upper) above++
    }
    expect(below).toBeLessThanOrEqual(mostRejections(runs, 0.01))
    expect(above).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test('refuses no samples, and a limit of NaN', () => {
    expect(() => quantileRuleInterval([], { p: 0.5, limit: 1 })).toThrow(RangeError)
    expect(() => quantileRuleInterval([1], { p: 0.5, limit: Number.NaN })).toThrow(RangeError)
  })
})
