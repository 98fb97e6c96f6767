import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/statistics/random.ts'
import { gapEvidence } from '../../../src/statistics/sequential/betting-e-process.ts'
import { mostRejections } from '../simulate.ts'

const count = fc.nat(500)
const tables = fc.record({
  bothRight: count,
  onlyFirst: count,
  onlySecond: count,
  bothWrong: fc.integer({ min: 1, max: 500 }),
})

describe('gapEvidence', () => {
  test('exchanging the models and the sign of the limit exchanges the evidence', () => {
    fc.assert(
      fc.property(tables, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (table, limit) => {
        const swapped = { ...table, onlyFirst: table.onlySecond, onlySecond: table.onlyFirst }
        const [one, other] = [gapEvidence(table, limit), gapEvidence(swapped, -limit)]
        expect(Math.log(other.upheld)).toBeCloseTo(Math.log(one.violated), 6)
        expect(Math.log(other.violated)).toBeCloseTo(Math.log(one.upheld), 6)
      }),
    )
  })

  test('no samples that differ speak for a small gap, more of them more', () => {
    const same = (bothRight: number) =>
      gapEvidence({ bothRight, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }, 0.005).upheld
    expect(same(300)).toBeGreaterThan(1)
    expect(same(2000)).toBeGreaterThan(same(1000))
    expect(same(2000)).toBeGreaterThan(20)
  })

  test('looked at after every sample, errs within alpha at the limit', () => {
    const random = seededRandom(3)
    const runs = 200
    const alarms = { upheld: 0, violated: 0 }
    const [limit, discordance] = [0.05, 0.15]
    for (let run = 0; run < runs; run++) {
      const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }
      const most = { upheld: 0, violated: 0 }
      for (let n = 0; n < 1000; n++) {
        const u = random()
        if (u < (discordance + limit) / 2) counts.onlyFirst++
        else if (u < discordance) counts.onlySecond++
        else counts.bothRight++
        const { upheld, violated } = gapEvidence(counts, limit)
        most.upheld = Math.max(most.upheld, upheld)
        most.violated = Math.max(most.violated, violated)
      }
      if (most.upheld >= 20) alarms.upheld++
      if (most.violated >= 20) alarms.violated++
    }
    expect(alarms.upheld).toBeLessThanOrEqual(mostRejections(runs, 0.05))
    expect(alarms.violated).toBeLessThanOrEqual(mostRejections(runs, 0.05))
  })

  test('refuses a limit of 1', () => {
    expect(() => gapEvidence({ bothRight: 1, onlyFirst: 0, onlySecond: 0, bothWrong: 0 }, 1)).toThrow(
      RangeError,
    )
  })
})
