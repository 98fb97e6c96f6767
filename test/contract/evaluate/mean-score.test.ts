import { expect, test } from 'vitest'
import { meanScore } from '../../../src/contract/evaluate/mean-score.ts'

test('that no sample was better is no reason why none is', () => {
  const four = new Float64Array(4)
  const { lower, upper } = meanScore(four, 'sample', 'difference').interval(0.025)
  expect(upper).toBeGreaterThan(0.3)
  expect(lower).toBeCloseTo(-upper, 12)
  expect(meanScore(four, 'sample', 'difference').rule).toBe("Tango's score interval of paired samples")
})

test('right and wrong are a proportion: none of four, 0 to 60% (Clopper and Pearson, table)', () => {
  const { lower, upper } = meanScore(new Float64Array(4), 'sample').interval(0.025)
  expect(lower).toBe(0)
  expect(upper).toBeCloseTo(0.6024, 4)
})

test('a population is known', () => {
  expect(meanScore(new Float64Array(4), 'population', 'difference').interval(0.025)).toEqual({
    lower: 0,
    upper: 0,
  })
})

test.each([[1], [2], [50]])('%i scores that are all the same say nothing of their spread', count => {
  const scores = new Float64Array(count).fill(0.1)
  expect(meanScore(scores, 'sample')).toMatchObject({ value: expect.closeTo(0.1, 12), samples: count })
  expect(meanScore(scores, 'sample').interval(0.05)).toEqual({ lower: -Infinity, upper: Infinity })
})
