/**
 * Simulated comparisons whose truth lies near the bound: does a verdict ever stand beside an interval that allows the
 * opposite, and how often does the interval hold the truth? Exits with 1 if it ever does, or if coverage is below 94%.
 *
 *     npm run bench:intervals [runs]
 */
import { seededRandom } from '../../src/statistics/random.ts'
import { ratioInterval } from '../../src/statistics/sequential/ratio-interval.ts'
import { RatioTest } from '../../src/statistics/sequential/ratio-test.ts'

const runs = Number(process.argv[2] ?? 4000)
const [boundary, maxBlocks, least] = [0.01, 60, 8]
const alphas = { alphaViolated: 0.01, alphaUpheld: 0.05 }
const random = seededRandom(7)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const noises = {
  normal: normal,
  'with spikes to either side': () => normal() + (random() < 0.05 ? 16 * (random() - 0.5) : 0),
  'heavy tails': () => normal() / Math.max(0.1, random()),
}
let failed = false
console.log(
  '| noise | runs | decided | beside an interval that allows the opposite | interval holds the truth |',
)
console.log('|---|---|---|---|---|')
for (const [name, noise] of Object.entries(noises)) {
  let [decided, contradictions, holds] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const spread = [0.002, 0.01, 0.05][run % 3]!
    const truth = boundary + spread * (4 * random() - 2)
    const test = new RatioTest({ boundary, maxBlocks, ...alphas, random: seededRandom(run) })
    while (test.blocks.length < maxBlocks && (test.verdict === undefined || test.blocks.length < least)) {
      test.add(truth + spread * noise())
    }
    const { lower, upper } = ratioInterval(test.blocks, { ...alphas, maxBlocks, seed: run, boundary })
    if (test.verdict !== undefined) decided++
    if (test.verdict === 'violated' && lower < boundary) contradictions++
    if (test.verdict === 'upheld' && upper > boundary) contradictions++
    if (lower <= truth && truth <= upper) holds++
  }
  failed ||= contradictions > 0 || holds < 0.94 * runs
  const percent = (count: number) => `${((100 * count) / runs).toFixed(1)}%`
  console.log(`| ${name} | ${runs} | ${percent(decided)} | ${contradictions} | ${percent(holds)} |`)
}
process.exitCode = failed ? 1 : 0
