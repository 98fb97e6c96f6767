import { expect, test } from 'vitest'
import { contradicts, kinds } from '../../../bench/verdicts/kinds.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

/** The inversion of a sign-flip test makes it anew for every place that it asks about: `npm run bench:intervals` has 4,000. */
const runsOf = (kind: string) => (/^ratio, (?!over|by)/.test(kind) ? 8 : 100)

test.each(Object.keys(kinds))('no verdict stands beside an interval that allows the opposite: %s', name => {
  const random = seededRandom(11)
  const verdicts = new Set<string>()
  for (let run = 0; run < runsOf(name); run++) {
    const found = kinds[name]!(random, 8 * (random() - 0.5), run)
    verdicts.add(found.verdict)
    expect(found.interval.lower).toBeLessThanOrEqual(found.interval.upper)
    expect(contradicts(found), JSON.stringify(found)).toBe(false)
  }
  // Otherwise nothing is shown.
  expect(verdicts).toContain('upheld')
  expect(verdicts).toContain('violated')
})

test('an interval of 95% in the middle would contradict verdicts', () => {
  const random = seededRandom(11)
  const runs = Array.from({ length: 400 }, (_, run) => kinds.accuracy!(random, 8 * (random() - 0.5), run))
  // What was printed before: wider on the side of "upheld" than its 5%.
  const usual = runs.map(run => ({
    ...run,
    interval: { lower: run.interval.lower - 0.005, upper: run.interval.upper + 0.005 },
  }))
  expect(usual.filter(contradicts).length).toBeGreaterThan(0)
})
