import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { describe, expect, test } from 'vitest'

// Verdicts rest on the tails of these; some popular packages are wrong there from the third digit on.
describe('distributions of @stdlib agree with SciPy', () => {
  test('norm.ppf(0.975)', () => expect(normalQuantile(0.975, 0, 1)).toBeCloseTo(1.959963984540054, 13))
  test('norm.ppf(0.9999)', () => expect(normalQuantile(0.9999, 0, 1)).toBeCloseTo(3.719016485455709, 12))
  test('t.ppf(0.975, 4)', () => expect(tQuantile(0.975, 4)).toBeCloseTo(2.7764451051977987, 10))
  test('binom.cdf(3, 1000, 0.01)', () =>
    expect(binomialCdf(3, 1000, 0.01)).toBeCloseTo(0.010072654772014291, 14))
  test('beta.ppf(0.05, 3, 298)', () =>
    expect(betaQuantile(0.05, 3, 298)).toBeCloseTo(0.0027310302182070373, 14))
})
