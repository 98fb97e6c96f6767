import { median } from 'simple-statistics'
import type { Engine } from '../../build/engine.ts'
import type { BlockPlan } from '../../measure/block-plan.ts'
import { openPair, type PairBlock } from '../../measure/pair.ts'
import { segmentLogRatio } from '../../measure/segment-log-ratio.ts'
import { seededRandom } from '../../statistics/random.ts'
import { RatioTest } from '../../statistics/ratio-test.ts'
import type { SegmentStatistic } from '../../statistics/segment-statistic.ts'
import { tMixtureInterval } from '../../statistics/t-mixture-interval.ts'
import type { Clause } from '../clause.ts'
import type { Estimate } from '../evidence.ts'
import { alpha, confidence, type Evaluation, type Finding, settingsOf } from './evaluation.ts'
import { speedEstimate } from './speed-estimate.ts'
import { speedMetrics } from './speed-metrics.ts'
import { timedFeeds } from './timed-feeds.ts'

/** Slack of `>=` and `<=` where the clause names none: two equal engines would otherwise never be decided. */
export const defaultTolerance = 0.01

/**
 * Decides `A fps >= f x B fps` and its kin by randomised quads and the sign-flip test with alpha spending.
 *
 * With d = log(latency A / latency B) per block, the clause becomes d <= boundary or d >= boundary; the test sees
 * the distance to it, signed so that positive means violated.
 */
export async function relativeSpeed(
  evaluation: Evaluation,
  a: Engine,
  b: Engine,
  factor: number,
): Promise<Finding> {
  const { clause, signal, onProgress } = evaluation
  const { metric } = clause.quantity
  const { seed, budgetSeconds, target } = a.context
  const { boundary, sign } = boundaryOf(clause, factor)

  const pair = await openPair(contender(a, 'A'), contender(b, 'B'), {
    feeds: timedFeeds(a),
    seed,
    threads: target.threads,
    budgetSeconds,
    signal,
  })
  try {
    const maxBlocks = Math.min(120, Math.max(12, Math.floor(budgetSeconds / pair.plan.seconds)))
    const test = new RatioTest({
      boundary: 0,
      maxBlocks,
      alphaViolated: alpha.violated,
      alphaUpheld: alpha.upheld,
      random: seededRandom(seed),
    })
    const blocks: PairBlock[] = []
    const values: number[] = []
    const deadline = performance.now() + budgetSeconds * 1000
    let verdict: 'upheld' | 'violated' | undefined
    while (!verdict && blocks.length < maxBlocks && (blocks.length < 8 || performance.now() < deadline)) {
      const block = await pair.nextBlock()
      blocks.push(block)
      values.push(logRatio(metric, block, pair.plan.statistic))
      verdict = test.add(sign * (values.at(-1)! - boundary))
      onProgress?.(`${clause.text}: block ${blocks.length}, ${describeRatio(metric, median(values))}`)
    }
    return finding({
      clause,
      a,
      b,
      blocks,
      values,
      boundary,
      sign,
      verdict,
      plan: pair.plan,
      dropped: pair.dropped,
      maxBlocks,
    })
  } finally {
    await pair.stop()
  }
}

function contender(engine: Engine, id: string) {
  return { id, model: engine.model, settings: settingsOf(engine) }
}

/** Boundary of d, and +1 where a larger d breaks the clause, -1 where a smaller one does. */
function boundaryOf(clause: Clause, factor: number): { boundary: number; sign: 1 | -1 } {
  const { higherIsFaster } = speedMetrics[clause.quantity.metric]!
  const tolerance = toleranceOf(clause)
  const atLeast = clause.comparison.startsWith('>')
  const slack = atLeast ? Math.log1p(-tolerance) : Math.log1p(tolerance)
  // fps A / fps B = exp(-d), latency A / latency B = exp(d).
  const ratio = Math.log(factor) + slack
  return higherIsFaster
    ? { boundary: -ratio, sign: atLeast ? 1 : -1 }
    : { boundary: ratio, sign: atLeast ? -1 : 1 }
}

/** Strict comparisons get no slack by default: `A fps > B fps` claims a difference. */
export function toleranceOf({ tolerance, comparison }: Clause): number {
  return tolerance?.value ?? (comparison.endsWith('=') ? defaultTolerance : 0)
}

/**
 * log(latency A / latency B) of one block. fps compares segments; other metrics compare their own statistic over all
 * timed inferences of the block. Either way exchanging A and B turns the sign, which is all the test needs.
 */
function logRatio(metric: string, block: PairBlock, statistic: SegmentStatistic): number {
  if (metric === 'fps') return segmentLogRatio(block, statistic)
  const { latency } = speedMetrics[metric]!
  return Math.log(latency(latenciesOf([block], 'A')) / latency(latenciesOf([block], 'B')))
}

/** All timed latencies of one side, in ms. */
function latenciesOf(blocks: readonly PairBlock[], side: 'A' | 'B'): number[] {
  return blocks.flatMap(({ orders, quads }) =>
    quads.flatMap((segments, quad) =>
      segments.flatMap((segment, s) => (orders[quad]![s] === side ? [...segment] : [])),
    ),
  )
}

interface Measured {
  readonly clause: Clause
  readonly a: Engine
  readonly b: Engine
  readonly blocks: readonly PairBlock[]
  /** log(latency A / latency B) per block. */
  readonly values: readonly number[]
  readonly boundary: number
  readonly sign: 1 | -1
  readonly verdict: 'upheld' | 'violated' | undefined
  readonly plan: BlockPlan
  /** Blocks that were measured again. */
  readonly dropped: number
  readonly maxBlocks: number
}

function finding(measured: Measured): Finding {
  const { clause, a, b, blocks, values, boundary, sign, plan } = measured
  const { metric } = clause.quantity
  const estimate = ratioEstimate(metric, a, b, values)
  const medians = blocks.map(block => logRatio(metric, block, 'median'))
  const { lower: low, upper: high } = tMixtureInterval(medians, { confidence })
  const mediansDisagree =
    (measured.verdict === 'upheld' && sign * ((sign > 0 ? low : high) - boundary) > 0) ||
    (measured.verdict === 'violated' && sign * ((sign > 0 ? high : low) - boundary) < 0)
  const verdict = mediansDisagree ? 'inconclusive' : (measured.verdict ?? 'inconclusive')
  const inferences = blocks.length * plan.quads * 2 * plan.segmentLength
  return {
    verdict,
    estimate,
    samples: { count: blocks.length, unit: 'blocks' },
    rule: ruleOf(measured),
    reason: mediansDisagree
      ? 'the quiet latencies say one thing and the medians the other: an engine runs at several speeds'
      : reasons[verdict](metric),
    ...(verdict === 'inconclusive' && { advice: advise(measured, estimate) }),
    details: [
      figure(metric, a, blocks, 'A'),
      figure(metric, b, blocks, 'B'),
      { ...ratioEstimate(metric, a, b, medians), of: `${ratioName(metric, a, b)}, by medians` },
    ],
    raw: {
      inferencesPerSide: inferences,
      segmentLength: plan.segmentLength,
      droppedBlocks: measured.dropped,
      blocks: blocks.map(({ launch, orders, quads }, i) => ({
        launch,
        orders,
        logRatio: values[i],
        milliseconds: quads.map(segments => segments.map(segment => [...segment])),
      })),
    },
  }
}

function ruleOf({ clause, plan, dropped }: Measured): string {
  const segments = `${plan.segmentLength === 1 ? 'single inferences' : `segments of ${plan.segmentLength}, ${plan.statistic}`}`
  const rule = `sign-flip test over blocks of ${plan.quads} randomised quads (${segments}), alpha ${alpha.violated} violated, ${alpha.upheld} upheld, tolerance ${toleranceOf(clause) * 100}%`
  return dropped > 0 ? `${rule}; ${dropped} blocks measured again: other processes had the CPU` : rule
}

const reasons = {
  upheld: (metric: string) =>
    `the ${metric} keep the bound beyond what noise explains`.replace('the fps', 'fps'),
  violated: (metric: string) =>
    `the ${metric} miss the bound beyond what noise explains`.replace('the fps', 'fps'),
  inconclusive: () => 'the samples do not tell on which side of the bound the ratio lies',
}

function advise({ blocks, maxBlocks, boundary, values }: Measured, { lower, upper }: Estimate): string {
  const distance = Math.abs(median([...values]) - boundary)
  const halfWidth = (Math.log(upper) - Math.log(lower)) / 2
  const factor = distance > 0 ? Math.ceil((halfWidth / distance) ** 2) : Number.POSITIVE_INFINITY
  return factor <= 10
    ? `a budget ${Math.max(2, factor)} times as long would likely decide it (${blocks.length} of at most ${maxBlocks} blocks were measured), or a wider tolerance`
    : 'the ratio lies on the bound itself: only a wider tolerance (`within 2%`) would decide it'
}

function ratioName(metric: string, a: Engine, b: Engine): string {
  return `${a.variant} ${metric} / ${b.variant} ${metric}`
}

function ratioEstimate(metric: string, a: Engine, b: Engine, values: readonly number[]): Estimate {
  const { lower, upper } = tMixtureInterval(values, { confidence })
  const center = median([...values])
  const inverse = speedMetrics[metric]!.higherIsFaster
  return {
    of: ratioName(metric, a, b),
    value: Math.exp(inverse ? -center : center),
    lower: Math.exp(inverse ? -upper : lower),
    upper: Math.exp(inverse ? -lower : upper),
    confidence,
    unit: 'x',
  }
}

/** One side's own figure over all its timed inferences: for reading, not for deciding. */
function figure(metric: string, engine: Engine, blocks: readonly PairBlock[], side: 'A' | 'B'): Estimate {
  const launches = new Map<number, number[]>()
  for (const block of blocks) {
    launches.set(block.launch, [...(launches.get(block.launch) ?? []), ...latenciesOf([block], side)])
  }
  return speedEstimate(metric, engine, [...launches.values()])
}

function describeRatio(metric: string, logRatio: number): string {
  const ratio = speedMetrics[metric]!.higherIsFaster ? Math.exp(-logRatio) : Math.exp(logRatio)
  return `ratio ${ratio.toFixed(3)}`
}
