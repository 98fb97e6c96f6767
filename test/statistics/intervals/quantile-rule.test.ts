import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantileRule } from '../../../src/statistics/intervals/quantile-rule.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { mostRejections } from '../simulate.ts'

const constant = (count: number) => Array.from({ length: count }, () => 1)

describe('quantileRule', () => {
  // Zero-exceedance sizes of the binomial: 0.99^299 < 5% and, as MLPerf LoadGen has it, 0.99^459 < 1%.
  test.each([
    [0.05, 299],
    [0.01, 459],
  ])('at alpha %d upholds a p99 from %i samples on where none is slow', (alphaUpheld, count) => {
    const options = { p: 0.99, limit: 2, alphaUpheld }
    expect(quantileRule(constant(count), options).verdict).toBe('upheld')
    expect(quantileRule(constant(count - 1), options).verdict).toBe('inconclusive')
  })

  test('finds a p99 violated where every tenth sample is slow', () => {
    const samples = Array.from({ length: 2000 }, (_, index) => (index % 10 === 0 ? 3 : 1))
    const result = quantileRule(samples, { p: 0.99, limit: 2 })
    expect(result).toMatchObject({ verdict: 'violated', exceedances: 200, clusters: 200, designEffect: 1 })
    expect(result.rate.lower).toBeGreaterThan(0.01)
  })

  test.each([0, 1, 5])('finds a limit violated that all but %i samples exceed', exceptions => {
    const random = seededRandom(1)
    const samples = Array.from(
      { length: 2000 },
      (_, index) => (index < exceptions ? 0.5 : 1) + 0.1 * random(),
    )
    expect(quantileRule(samples, { p: 0.5, limit: 0.8 }).verdict).toBe('violated')
    expect(quantileRule(samples, { p: 0.99, limit: 0.8 }).verdict).toBe('violated')
  })

  test('does not decide on fewer than 8 bursts, however clear', () => {
    const samples = Array.from({ length: 4000 }, (_, index) => (index % 600 < 300 ? 3 : 1))
    const result = quantileRule(samples, { p: 0.99, limit: 2 })
    expect(result).toMatchObject({ verdict: 'inconclusive', clusters: 7 })
  })

  test.each([0.3, 0.7])('does not decide on one change of speed, %d of the way through the run', when => {
    const random = seededRandom(2)
    const samples = Array.from({ length: 2000 }, (_, index) => (index < 2000 * when ? 1 : 3) + 0.1 * random())
    expect(quantileRule(samples, { p: 0.5, limit: 2 }).verdict).toBe('inconclusive')
  })

  test('decides beside one change of speed where both speeds are on the same side of the limit', () => {
    const random = seededRandom(2)
    const samples = Array.from({ length: 2000 }, (_, index) => (index < 200 ? 1 : 3) + 0.1 * random())
    expect(quantileRule(samples, { p: 0.5, limit: 0.9 }).verdict).toBe('violated')
    expect(quantileRule(samples, { p: 0.5, limit: 3.2 }).verdict).toBe('upheld')
  })

  test('asks for more samples where slow ones come in bursts', () => {
    const samples = Array.from({ length: 3000 }, (_, index) => (index % 300 < 4 ? 3 : 1))
    const scattered = Array.from({ length: 3000 }, (_, index) => (index % 75 === 0 ? 3 : 1))
    const options = { p: 0.98, limit: 2 }
    const inBursts = quantileRule(samples, options)
    expect(inBursts.exceedances).toBe(40)
    expect(quantileRule(scattered, options).exceedances).toBe(40)
    expect(inBursts.designEffect).toBeGreaterThan(3)
    expect(inBursts.rate.upper).toBeGreaterThan(quantileRule(scattered, options).rate.upper)
  })

  test('is monotone in the limit: a laxer one never turns upheld into violated', () => {
    const samples = fc.array(fc.nat(20), { minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(samples, fc.nat(20), fc.nat(20), (some, one, other) => {
        const strict = quantileRule(some, { p: 0.9, limit: Math.min(one, other) })
        const lax = quantileRule(some, { p: 0.9, limit: Math.max(one, other) })
        expect([strict.verdict, lax.verdict]).not.toEqual(['upheld', 'violated'])
      }),
    )
  })

  // Slow inferences in bursts, 1% in all, the limit exactly at the true p99. Mean lengths as in a run beside neighbours.
  test.each([1, 5, 20])('with bursts of %i keeps its false verdicts within alpha', length => {
    const random = seededRandom(length)
    const runs = 300
    const verdicts: string[] = []
    const [ends, begins] = [1 / length, 0.01 / 0.99 / length]
    for (let run = 0; run < runs; run++) {
      let slow = random() < 0.01
      const samples = Array.from({ length: 5000 }, () => {
        slow = slow ? random() >= ends : random() < begins
        return slow ? 3 : 1
      })
      verdicts.push(quantileRule(samples, { p: 0.99, limit: 2 }).verdict)
    }
    const share = (verdict: string) => verdicts.filter(found => found === verdict).length
    expect(share('upheld')).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(share('violated')).toBeLessThanOrEqual(mostRejections(runs, 0.01))
  })

  // Two speeds in turns, each kept for a while and each with noise of its own; the limit lies between them.
  test.each([5, 50, 500])(
    'at speeds kept for %i inferences keeps its false verdicts within alpha',
    length => {
      const random = seededRandom(length)
      const runs = 300
      const verdicts = { upheld: 0, violated: 0, inconclusive: 0 }
      for (let run = 0; run < runs; run++) {
        let slow = random() < 0.5
        const samples = Array.from({ length: 5000 }, () => {
          slow = random() < 1 / length ? !slow : slow
          return (slow ? 3 : 1) + 0.1 * random()
        })
        verdicts[quantileRule(samples, { p: 0.5, limit: 2 }).verdict]++
      }
      expect(verdicts.upheld).toBeLessThanOrEqual(mostRejections(runs, 0.05))
      expect(verdicts.violated).toBeLessThanOrEqual(mostRejections(runs, 0.01))
      expect(verdicts.upheld).toBeGreaterThan(0)
    },
  )

  test.each([
    ['no samples', [], { p: 0.99, limit: 1 }],
    ['NaN among samples', [Number.NaN], { p: 0.99, limit: 1 }],
    ['a limit of NaN', [1], { p: 0.99, limit: Number.NaN }],
    ['p = 1', [1], { p: 1, limit: 1 }],
    ['alpha 0', [1], { p: 0.99, limit: 1, alphaUpheld: 0 }],
  ])('refuses %s', (_, samples, options) => {
    expect(() => quantileRule(samples, options)).toThrow(RangeError)
  })
})
