/**
 * Simulated runs of every kind of clause whose truth lies on the bound or near it: does a verdict ever stand beside an interval
 * that allows the opposite, how often does the interval hold the truth, and how often is a verdict wrong if the truth is on the
 * bound? Exits with 1 if a verdict ever contradicts its interval, or where intervals or verdicts err more often than 1% and 5%
 * of so many runs can by chance.
 *
 *     npm run bench:intervals [runs] [words of a kind]
 */
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { usualAlpha } from '../../src/contract/evaluate/evaluation.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { contradicts, kinds } from './kinds.ts'

const runs = Number(process.argv[2] ?? 4000)
const words = process.argv[3] ?? ''

/** As many as 99.9% of so many runs do not exceed. */
function most(of: number, probability: number): number {
  let count = 0
  while (binomialCdf(count, of, probability) < 0.999) count++
  return count
}

const misses: string[] = []
console.log(
  '| clause | runs | beside an interval that allows the opposite | interval holds the truth | violated at the bound | upheld at the bound | decided near it |',
)
console.log('|---|---|---|---|---|---|---|')
for (const [name, kind] of Object.entries(kinds)) {
  if (!name.includes(words)) continue
  const random = seededRandom(7)
  let knowsTruth = true
  const count = { contradictions: 0, leftOut: 0, violated: 0, upheld: 0, atBound: 0, decided: 0 }
  for (let run = 0; run < runs; run++) {
    // Two in four on the bound, one for each comparison.
    const isAtBound = run % 4 < 2
    const found = kind(random, isAtBound ? 0 : 6 * (random() - 0.5), run)
    const { verdict, interval, truth } = found
    if (contradicts(found)) count.contradictions++
    knowsTruth = truth !== undefined
    if (truth !== undefined && (truth < interval.lower || truth > interval.upper)) count.leftOut++
    if (isAtBound) count.atBound++
    if (isAtBound && verdict !== 'inconclusive') count[verdict]++
    if (!isAtBound && verdict !== 'inconclusive') count.decided++
  }
  const { contradictions, leftOut, violated, upheld, atBound, decided } = count
  if (contradictions > 0) misses.push(`${name}: ${contradictions} contradictions`)
  if (leftOut > most(runs, usualAlpha.violated + usualAlpha.upheld)) misses.push(`${name}: coverage`)
  if (knowsTruth && violated > most(atBound, usualAlpha.violated)) misses.push(`${name}: violated too often`)
  if (upheld > most(atBound, usualAlpha.upheld)) misses.push(`${name}: upheld too often`)
  const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(1)}%`
  console.log(
    `| ${[name, runs, contradictions, knowsTruth ? percent(runs - leftOut, runs) : '', knowsTruth ? percent(violated, atBound) : '', percent(upheld, atBound), percent(decided, runs - atBound)].join(' | ')} |`,
  )
}
for (const miss of misses) console.log(`missed: ${miss}`)
process.exitCode = misses.length > 0 ? 1 : 0
