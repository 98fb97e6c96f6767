import { describe, expect, test } from 'vitest'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { withPace } from '../../../src/contract/evaluate/absolute/with-pace.ts'
import { againstBound } from '../../../src/contract/evaluate/against-bound.ts'
import { compareExactly } from '../../../src/contract/evaluate/evaluation.ts'

const clause = (text: string) => parseClause(text, { variants: ['a'] })
const stored = { kind: 'value', value: 100, text: 'baseline', interval: { lower: 95, upper: 105 } } as const

describe('a bound that was measured counts with its interval', () => {
  test.each([
    [106, 'upheld'],
    [104, 'inconclusive'],
    [96, 'inconclusive'],
    [94, 'violated'],
  ])('%d against 95 to 105', (value, verdict) => {
    const decide = (limit: number) => compareExactly(value, '>=', limit)
    expect(againstBound(clause('a fps >= baseline'), stored, decide)).toBe(verdict)
  })

  test('a tolerance moves both ends', () => {
    const decide = (limit: number) => compareExactly(95, '>=', limit)
    expect(againstBound(clause('a fps >= baseline within 10%'), stored, decide)).toBe('upheld')
  })

  test('where there is no bound nothing is decided', () => {
    const none = { kind: 'value', value: Number.NaN, text: '' } as const
    expect(againstBound(clause('a fps >= baseline'), none, () => 'upheld')).toBe('inconclusive')
  })
})

describe('what the pace of the machine explains belongs to the interval', () => {
  const fps = { higherIsFaster: true, wantsFast: true }
  const latency = { higherIsFaster: false, wantsFast: true }
  const atPace = (probe: number | undefined, metric = fps) =>
    withPace({ ...stored, probe: 20 }, probe, metric)

  test('a machine that is 10% slower now', () => {
    expect(atPace(22).bound.interval).toEqual({ lower: 95 / 1.1, upper: 105 })
    expect(atPace(22, latency).bound.interval).toEqual({ lower: 95, upper: 105 * 1.1 })
  })

  test('one that is 10% faster now', () => {
    expect(atPace(18).bound.interval).toEqual({ lower: 95, upper: 105 * (20 / 18) })
  })

  test('at another pace altogether only what it makes harder is decided', () => {
    expect(atPace(25).other).toEqual({
      reason: 'the machine runs at 80% of the pace at which the baseline was measured',
      decides: 'upheld',
    })
    expect(atPace(25).bound.interval).toEqual({ lower: 95 / 1.25, upper: 105 })
    expect(atPace(16).other).toMatchObject({ reason: expect.stringContaining('125%'), decides: 'violated' })
    expect(atPace(25, latency).other?.decides).toBe('upheld')
    expect(atPace(16, latency).other?.decides).toBe('violated')
    // `fps <= 95% of baseline`: a slower machine makes that easier.
    expect(atPace(25, { ...fps, wantsFast: false }).other?.decides).toBe('violated')
    expect(atPace(16, { ...fps, wantsFast: false }).other?.decides).toBe('upheld')
  })

  test('a device without probes is taken as it is', () => {
    expect(atPace(undefined)).toEqual({ bound: { ...stored, probe: 20 } })
    expect(withPace(stored, 20, fps)).toEqual({ bound: stored })
  })
})
