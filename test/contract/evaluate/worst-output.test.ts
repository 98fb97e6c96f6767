import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type SampleStatistic,
  worstOutput,
} from '../../../src/contract/evaluate/output-error/worst-output.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const figures = (outputs: Record<string, readonly number[]>, options: Partial<Options> = {}) =>
  worstOutput(new Map(Object.entries(outputs).map(([name, values]) => [name, Float64Array.from(values)])), {
    better: 'higher',
    statistic: 'median',
    isSample: true,
    ...options,
  })
type Options = Parameters<typeof worstOutput>[1]

test('the median sample of the worst output, or the worst sample', () => {
  const outputs = { a: [30, 10, 40], b: [20, 25, 90] }
  expect(figures(outputs)).toMatchObject({ output: 'b', value: 25, samples: 3 })
  expect(figures(outputs, { better: 'lower' })).toMatchObject({ output: 'a', value: 30 })
  expect(figures(outputs, { statistic: 'every' })).toMatchObject({ output: 'a', value: 10 })
  expect(figures(outputs, { statistic: 'every', better: 'lower' })).toMatchObject({ output: 'b', value: 90 })
  expect(figures({ a: [Infinity, Infinity], b: [Infinity, Infinity] }).value).toBe(Infinity)
})

test('a population is exact', () => {
  const { interval } = figures({ a: [1, 2, 3] }, { isSample: false })
  expect(interval(0.01)).toEqual({ lower: 2, upper: 2 })
})

test('order statistics enclose a median; 5 samples are the least that bound it with 95%', () => {
  expect(figures({ a: [1, 2, 3, 4] }).interval(0.05)).toEqual({ lower: -Infinity, upper: Infinity })
  expect(figures({ a: [1, 2, 3, 4, 5] }).interval(0.05)).toEqual({ lower: 1, upper: 5 })
  expect(figures({ a: [1, 2, 3, 4, 5] }, { better: 'lower' }).interval(0.05)).toEqual({ lower: 1, upper: 5 })
})

test('59 samples are the least of which every one says something of 95% (Wilks 1941)', () => {
  const options = { statistic: 'every', better: 'lower' } as const
  const range = (count: number) => figures({ a: Array.from({ length: count }, (_, i) => i) }, options)
  expect(range(58).interval(0.05)).toEqual({ lower: 57, upper: Infinity })
  expect(range(59).interval(0.05)).toEqual({ lower: 58, upper: 58 })
})

test('the interval of the worst median misses it as seldom as its level says', () => {
  const random = seededRandom(7)
  const runs = 2000
  let [below, above] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const uniform = () => Array.from({ length: 25 }, () => random())
    const { lower, upper } = figures({ a: uniform(), b: uniform(), c: uniform() }).interval(0.05)
    if (lower > 0.5) below++
    if (upper < 0.5) above++
  }
  expect(below / runs).toBeLessThan(0.06)
  expect(above / runs).toBeLessThan(0.06)
})

test('the interval holds the value and mirrors if higher and lower are exchanged', () => {
  const value = fc.double({ min: -50, max: 50, noNaN: true })
  const samples = fc.array(value, { minLength: 1, maxLength: 80 })
  const statistics = fc.constantFrom<SampleStatistic>('median', 'every')
  fc.assert(
    fc.property(
      samples,
      statistics,
      fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      (a, statistic, level) => {
        const plain = figures({ a }, { statistic })
        const mirrored = figures({ a: a.map(each => -each) }, { statistic, better: 'lower' })
        const [bounds, other] = [plain.interval(level), mirrored.interval(level)]
        expect(bounds.lower).toBeLessThanOrEqual(plain.value)
        expect(bounds.upper).toBeGreaterThanOrEqual(plain.value)
        expect([other.lower, other.upper]).toEqual(
          [-bounds.upper, -bounds.lower].map(each => expect.closeTo(each)),
        )
      },
    ),
  )
})
