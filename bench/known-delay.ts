/**
 * Does the measurement find a difference that is known? Each run compares the digits network with itself, one of the
 * two held back by a share of its quiet latency in every inference.
 *
 *     npm run bench:known-delay [runs]
 *
 * Exits with 1 where a mean is further than 0.3 percentage points from the truth, or fewer than 90% of the 95%
 * intervals cover it (the 1% point of an exact interval at 100 runs).
 */
import { mean, median, standardDeviation } from 'simple-statistics'
import { defaultTarget } from '../src/backends/resolve-target.ts'
import { openContext } from '../src/builder/context.ts'
import { feedsOf } from '../src/engine/feeds/feeds.ts'
import { openPair, type PairBlock } from '../src/measure/pair.ts'
import { segmentLogRatio } from '../src/measure/segment-log-ratio.ts'
import { tMixtureInterval } from '../src/statistics/sequential/t-mixture-interval.ts'

const runs = Number(process.argv[2] ?? 100)
const blocksPerRun = 12
const delays = [0.01, 0.02, 0.05]
const example = 'examples/pytorch-digits'
const model = `${example}/digits.onnx`
const spec = {
  model,
  evaluation: `${example}/data/evaluation.npz`,
  variants: { a: { quantization: 'none' } },
} as const
const { context, source } = await openContext(spec, {})
const feeds = feedsOf(context.evaluation!, source.inputs, 1, 16)

/** Median over segments of the quiet latency of the engine without delay, in ms. */
function quietLatency(blocks: readonly PairBlock[]): number {
  return median(
    blocks.flatMap(({ orders, quads }) =>
      quads.flatMap((segments, q) =>
        segments.filter((_, s) => orders[q]![s] === 'B').map(s => Math.min(...s)),
      ),
    ),
  )
}

/** One comparison: log ratios by block of the held-back engine to the other, and the quiet latency of the other. */
async function compare(delay: number, seed: number) {
  const pair = await openPair(
    { id: 'delayed', model, delay },
    { id: 'plain', model },
    { feeds, seed, target: defaultTarget, budgetSeconds: 30 },
  )
  try {
    const blocks: PairBlock[] = []
    while (blocks.length < blocksPerRun) blocks.push(await pair.nextBlock())
    return {
      values: blocks.map(block => segmentLogRatio(block, pair.plan.statistic)),
      quiet: quietLatency(blocks),
    }
  } finally {
    await pair.stop()
  }
}

const { quiet } = await compare(0, 0)
console.log(
  `digits.onnx against itself, quiet latency ${quiet.toFixed(3)} ms, ${runs} runs of ${blocksPerRun} blocks\n`,
)
console.log('delay  found  off by  sd of a run  intervals that cover it')
let missed = false
for (const share of delays) {
  const delay = share * quiet
  const errors: number[] = []
  const found: number[] = []
  let covered = 0
  for (let run = 1; run <= runs; run++) {
    const result = await compare(delay, run)
    const truth = Math.log1p(delay / result.quiet)
    const { lower, upper } = tMixtureInterval(result.values)
    if (lower <= truth && truth <= upper) covered++
    found.push(Math.expm1(median(result.values)) * 100)
    errors.push(found.at(-1)! - Math.expm1(truth) * 100)
  }
  missed ||= Math.abs(mean(errors)) > 0.3 || covered < 0.9 * runs
  console.log(
    `${(share * 100).toFixed(0).padStart(4)}%  ${mean(found).toFixed(2)}%  ${mean(errors).toFixed(2).padStart(5)} pp  ${standardDeviation(errors).toFixed(2).padStart(8)} pp  ${covered} of ${runs}`,
  )
}
process.exitCode = missed ? 1 : 0
