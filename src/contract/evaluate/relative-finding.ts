import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, median, sampleStandardDeviation } from 'simple-statistics'
import type { Engine } from '../../builder/engine.ts'
import type { BlockPlan } from '../../measure/block-plan.ts'
import type { PairBlock } from '../../measure/pair.ts'
import { segmentLogRatio } from '../../measure/segment-log-ratio.ts'
import type { Interval } from '../../statistics/intervals/interval.ts'
import type { SegmentStatistic } from '../../statistics/segment-statistic.ts'
import { tMixtureInterval } from '../../statistics/sequential/t-mixture-interval.ts'
import type { Clause } from '../clause/clause.ts'
import type { Estimate, Verdict } from '../evidence.ts'
import { adviceOnBuilds, tooFewBuilds } from './builds-as-unit.ts'
import { type Alpha, confidence, type Finding } from './evaluation.ts'
import { latenciesByLaunch } from './latencies-by-launch.ts'
import { speedEstimate } from './speed-estimate.ts'
import { speedMetrics } from './speed-metrics.ts'

/** A comparison of two engines, measured and decided. */
export interface Measured {
  readonly clause: Clause
  readonly alpha: Alpha
  readonly tolerance: number
  readonly a: Engine
  readonly b: Engine
  readonly blocks: readonly PairBlock[]
  /** log(latency A / latency B) per block. */
  readonly values: readonly number[]
  /** The same per fresh launch, or per pair of builds, where these became the unit. */
  readonly launches?: readonly number[]
  /** Builds per variant. */
  readonly builds: number
  readonly boundary: number
  readonly sign: 1 | -1
  readonly verdict?: 'upheld' | 'violated'
  readonly plan: BlockPlan
  /** Runs and blocks before this run, whose evidence counts too; absent where each run decides alone. */
  readonly before?: { readonly runs: number; readonly blocks: number }
  /** Blocks that were measured again. */
  readonly dropped: number
  readonly maxBlocks: number
}

/**
 * log(latency A / latency B) of one block. fps compares segments; other metrics compare their own statistic over all
 * timed inferences of the block. Either way exchanging A and B turns the sign, which is all the test needs.
 */
export function blockRatio(metric: string, block: PairBlock, statistic: SegmentStatistic): number {
  if (metric === 'fps') return segmentLogRatio(block, statistic)
  const { latency } = speedMetrics[metric]!
  const of = (side: 'A' | 'B') => latency(latenciesByLaunch([block], side).flat())
  return Math.log(of('A') / of('B'))
}

/** What is said of a comparison. */
export function relativeFinding(measured: Measured): Finding {
  const { clause, a, b, blocks, values, launches, boundary, sign, plan } = measured
  const { metric } = clause.quantity
  const estimate = launches
    ? ratioEstimate(metric, a, b, mean([...launches]), launchInterval(launches))
    : blockEstimate(metric, a, b, values)
  const medians = blocks.map(block => blockRatio(metric, block, 'median'))
  const { lower: low, upper: high } = tMixtureInterval(medians, { confidence })
  const mediansDisagree =
    (measured.verdict === 'upheld' && sign * ((sign > 0 ? low : high) - boundary) > 0) ||
    (measured.verdict === 'violated' && sign * ((sign > 0 ? high : low) - boundary) < 0)
  const verdict = mediansDisagree ? 'inconclusive' : (measured.verdict ?? 'inconclusive')
  return {
    verdict,
    estimate,
    samples: launches
      ? { count: launches.length, unit: unitOf(measured) }
      : { count: blocks.length, unit: 'blocks' },
    rule: ruleOf(measured),
    reason: mediansDisagree
      ? 'the quiet latencies say one thing and the medians the other: an engine runs at several speeds'
      : reasonOf(measured, verdict),
    ...(verdict === 'inconclusive' && { advice: advise(measured, estimate) }),
    details: [
      figure(metric, a, blocks, 'A'),
      figure(metric, b, blocks, 'B'),
      { ...blockEstimate(metric, a, b, medians), of: `${ratioName(metric, a, b)}, by medians` },
    ],
    raw: {
      inferencesPerSide: blocks.length * plan.quads * 2 * plan.segmentLength,
      segmentLength: plan.segmentLength,
      droppedBlocks: measured.dropped,
      ...(launches && { launchLogRatios: launches }),
      blocks: blocks.map(({ launch, orders, quads }, i) => ({
        launch,
        orders,
        logRatio: values[i],
        milliseconds: quads.map(segments => segments.map(segment => [...segment])),
      })),
    },
  }
}

/** What takes the place of blocks where it makes more of a difference than a clause tolerates. */
function unitOf({ builds }: Measured): 'launches' | 'builds' {
  return builds > 1 ? 'builds' : 'launches'
}

function ruleOf(measured: Measured): string {
  const { alpha, tolerance, plan, dropped, launches, before } = measured
  const unit = unitOf(measured)
  const segments =
    plan.segmentLength === 1 ? 'single inferences' : `segments of ${plan.segmentLength}, ${plan.statistic}`
  const test = launches
    ? `Student's t over ${unit === 'launches' ? 'fresh ' : ''}${unit}, because ${unit} disagree by more than the tolerance`
    : `${before ? `symmetry e-process${earlier(before)}` : 'sign-flip test'} over blocks of ${plan.quads} randomised quads (${segments})`
  const rule = `${test}, alpha ${alpha.violated} violated, ${alpha.upheld} upheld, tolerance ${tolerance * 100}%`
  return dropped > 0 ? `${rule}; ${dropped} blocks measured again: other processes had the CPU` : rule
}

function earlier({ runs, blocks }: NonNullable<Measured['before']>): string {
  return runs === 0 ? '' : `, with the evidence of ${blocks} blocks of earlier runs,`
}

function reasonOf({ launches, builds, clause }: Measured, verdict: Verdict): string {
  return launches && tooFewBuilds(builds)
    ? `${builds} builds that disagree do not tell what the next one does`
    : reasons[verdict](clause.quantity.metric)
}

const reasons = {
  upheld: (metric: string) =>
    `the ${metric} keep the bound beyond what noise explains`.replace('the fps', 'fps'),
  violated: (metric: string) =>
    `the ${metric} miss the bound beyond what noise explains`.replace('the fps', 'fps'),
  inconclusive: () => 'the samples do not tell on which side of the bound the ratio lies',
}

function advise(
  { blocks, maxBlocks, boundary, values, launches, before, builds }: Measured,
  { lower, upper }: Estimate,
): string {
  if (launches && builds > 1) return adviceOnBuilds(builds)
  if (launches) return 'a quieter machine, a wider tolerance, or engines that are as fast in every process'
  if (before) return 'another run with `--resume`: the evidence of this one is kept'
  const distance = Math.abs(median([...values]) - boundary)
  const halfWidth = (Math.log(upper) - Math.log(lower)) / 2
  const factor = distance > 0 ? Math.ceil((halfWidth / distance) ** 2) : Number.POSITIVE_INFINITY
  return factor <= 10
    ? `a budget ${Math.max(2, factor)} times as long would likely decide it (${blocks.length} of at most ${maxBlocks} blocks were measured), or a wider tolerance, or runs with \`--resume\`, which add up`
    : 'the ratio lies on the bound itself: only a wider tolerance (`within 2%`) would decide it'
}

function ratioName(metric: string, a: Engine, b: Engine): string {
  return `${a.variant} ${metric} / ${b.variant} ${metric}`
}

function blockEstimate(metric: string, a: Engine, b: Engine, values: readonly number[]): Estimate {
  return ratioEstimate(metric, a, b, median([...values]), tMixtureInterval(values, { confidence }))
}

function launchInterval(centres: readonly number[]): Interval {
  const error = sampleStandardDeviation([...centres]) / Math.sqrt(centres.length)
  const half = tQuantile((1 + confidence) / 2, centres.length - 1) * error
  return { lower: mean([...centres]) - half, upper: mean([...centres]) + half }
}

function ratioEstimate(
  metric: string,
  a: Engine,
  b: Engine,
  center: number,
  { lower, upper }: Interval,
): Estimate {
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
  return speedEstimate(metric, engine, latenciesByLaunch(blocks, side))
}

/** A log ratio of latencies as the ratio of the metric. */
export function describeRatio(metric: string, logRatio: number): string {
  const ratio = speedMetrics[metric]!.higherIsFaster ? Math.exp(-logRatio) : Math.exp(logRatio)
  return `ratio ${ratio.toFixed(3)}`
}
