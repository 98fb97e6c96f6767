import { sum } from 'simple-statistics'
import type { Engine } from '../../../builder/engine.ts'
import { timedFeeds } from '../../../builder/timed-feeds.ts'
import { conditions } from '../../../engine/conditions.ts'
import { InputError } from '../../../errors.ts'
import { measureVisits } from '../../../measure/measure-visits.ts'
import { measureSingle, type SingleRun } from '../../../measure/single.ts'
import type { Interval } from '../../../statistics/intervals/interval.ts'
import type { Estimate } from '../../evidence.ts'
import type { Evaluation, Finding } from '../../metrics/metric.ts'
import { againstBound, type ValueBound } from '../against-bound.ts'
import { compareInterval, confidence, subject, withTolerance } from '../evaluation.ts'
import { atPace, hardlyEver, paceAdvice, percent, slowTimings } from '../pace-words.ts'
import { blockLength, speedEstimate } from '../speed-estimate.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'
import { openLimits } from './open-limits.ts'
import { speedInterval } from './speed-interval.ts'
import { type PacedBound, withPace } from './with-pace.ts'

/** With fewer that count nothing is decided; of a slow engine a hundred are timed. */
const leastInferences = 50

/** One look at a sample of fixed size: looking again until it passes would multiply the error rate. */
const budgetShare = 1 / 3

/** Of two launches each. */
const visits = 3

/**
 * Decides a speed against a number, e.g. `implicit p99 latency <= 12 ms` or `implicit fps >= 200 fps`.
 *
 * All timed inferences count, of two launches in turns. Quantiles (fps is one: 1 / median latency) are decided by
 * order statistics with a design effect for bursts; means by blocks with an effective sample size.
 */
export async function absoluteSpeed(
  evaluation: Evaluation,
  metric: SpeedStatistic,
  limit: ValueBound,
): Promise<Finding> {
  const { clause, engines, alpha, signal, onProgress } = evaluation
  const engine = subject(engines, clause.quantity)
  const { seed, budgetSeconds, target, pace } = engine.context
  const seconds = budgetSeconds * budgetShare
  onProgress?.(`${clause.text}: timing ${engine.variant} for ${Number(seconds.toPrecision(2))} s`)
  const contender = { id: engine.variant, model: engine.model }
  const options = { feeds: timedFeeds(engine), seed, target, signal, seconds, pace }
  // What is held against another day, then or now, was in several launches.
  const isOfTwoDays = limit.interval !== undefined || Number.isNaN(limit.value)
  const run = isOfTwoDays
    ? await measureVisits(contender, visits, options)
    : await measureSingle(contender, options)
  const isTooLittle = sum(run.launches.map(launch => launch.length)) < leastInferences
  const counted = isTooLittle ? { ...run, launches: [run.all] } : run
  const launches = metric.wallTime ? withWallTime(counted) : counted.launches.map(launch => [...launch])
  const higherIsFaster = metric.better === 'higher'
  // fps is the inverse of latency: so is its bound, and `>=` becomes `<=`.
  const latencyOf = (figure: number) => (higherIsFaster ? (target.batch * 1000) / figure : figure)
  const wantsFast = higherIsFaster === clause.comparison.startsWith('>')
  let drifted = false
  const paced = withPace(limit, run.pace.probe, { higherIsFaster, wantsFast })
  const openAt = (latencyLimit: number) =>
    openLimits(launches, metric, latencyLimit, { wantsFast, alpha, isOfTwoDays })
  const bound = withTolerance(limit.value, clause)
  // What becomes a baseline is decided later, by whatever clause.
  const open = Number.isNaN(bound)
    ? { ...speedInterval(metric, launches)((1 - confidence) / 2), confidence }
    : openAt(latencyOf(bound))
  const decided = againstBound(clause, paced.bound, figure => {
    const latencyLimit = latencyOf(figure)
    drifted ||= halvesDisagree(launches, metric, latencyLimit)
    const ends = figure === bound ? open : openAt(latencyLimit)
    return compareInterval(ends, wantsFast ? '<=' : '>=', latencyLimit)
  })
  drifted &&= decided !== 'inconclusive'
  if (isTooLittle && Number.isNaN(limit.value))
    throw new InputError(`no figure to keep: ${whyTooLittle(run)}: ${paceAdvice}`)
  const isOther = paced.other !== undefined && paced.other.decides !== decided
  const verdict = drifted || isTooLittle || isOther ? 'inconclusive' : decided
  const kept = `${metric.name} ${verdict === 'upheld' ? 'keeps' : 'misses'} the bound beyond what noise explains`
  const usual = speedEstimate(metric, engine, launches)
  const estimate = { ...usual, ...figuresOf(open, latencyOf), confidence: open.confidence }
  return {
    verdict,
    estimate,
    bound,
    ...(run.pace.probe !== undefined && { probe: run.pace.probe }),
    samples: { count: launches.flat().length, unit: 'inferences' },
    rule: `${isOfTwoDays ? `the wider interval of inferences and of ${launches.length} launches, on both sides` : metric.quantile === undefined ? `t interval over blocks of ${blockLength} inferences with effective sample size` : 'order statistics with design effect for bursts'}${Number.isNaN(bound) ? '' : `, alpha ${alpha.violated} violated, ${alpha.upheld} upheld`}${slowTimings(run.pace, pace, 'stretches')}${disturbedInferences(run)}${isOther ? '' : allTheSame(paced)}`,
    reason: isTooLittle
      ? whyTooLittle(run)
      : isOther
        ? paced.other.reason
        : drifted
          ? 'the first half of the run lies on one side of the bound and the second on the other: the machine drifts'
          : verdict === 'inconclusive'
            ? whyOpen(usual, bound)
            : kept,
    ...(verdict === 'inconclusive' && {
      advice: isTooLittle
        ? paceAdvice
        : isOther
          ? 'another time, or `-u` if the machine runs at this pace from now on'
          : 'a longer budget, a wider tolerance (`within 5%`), or a quieter machine would decide it',
    }),
    details: atLessPace(metric, engine, run),
    raw: { milliseconds: run.launches.map(launch => [...launch]), wallSeconds: run.wallSeconds },
  }
}

/** The rule looks at the inferences about the bound, the usual interval at those about the quantile. */
function whyOpen({ lower, upper }: Interval, bound: number): string {
  return bound < lower || bound > upper
    ? 'slow inferences come in bursts, of which the samples hold too few to decide at this bound'
    : 'the interval of the samples holds the bound'
}

/** An interval of latencies in the unit of the metric. A latency that is not bounded from below is still above 0. */
function figuresOf({ lower, upper }: Interval, latencyOf: (milliseconds: number) => number): Interval {
  const ends = [latencyOf(Math.max(0, lower)), latencyOf(upper)]
  return { lower: Math.min(...ends), upper: Math.max(...ends) }
}

/** Said of a verdict that another pace of the machine does not take back. */
function allTheSame({ other }: PacedBound): string {
  return other
    ? `; ${other.reason}, which can only make it ${other.decides === 'upheld' ? 'harder' : 'easier'} to uphold`
    : ''
}

/** Said of inferences that did not count. */
function disturbedInferences({ disturbed }: SingleRun): string {
  return disturbed < 0.01
    ? ''
    : `; ${percent(disturbed)} of the inferences did not count: other processes had the CPU`
}

function whyTooLittle({ pace, disturbed }: SingleRun): string {
  if (pace.pace !== undefined && disturbed < 0.5) return hardlyEver(pace, 'stretches')
  const { load } = conditions()
  return `other processes had the CPU in ${percent(disturbed)} of the inferences (${load.toFixed(1)} of them per CPU over the last minute)`
}

/** The speed while the machine ran below its full pace, if it did. */
function atLessPace(
  metric: SpeedStatistic,
  engine: Engine,
  { pace: { pace }, slower }: SingleRun,
): Estimate[] {
  if (pace === undefined || slower.length < leastInferences) return []
  const estimate = speedEstimate(metric, engine, [[...slower]])
  return [{ ...estimate, of: `${estimate.of}, ${atPace(pace)}` }]
}

/** Latencies in ms with each inference's share of the time between inferences, so that their sum is the wall time. */
function withWallTime({ launches, wallSeconds }: SingleRun): number[][] {
  const all = launches.flatMap(launch => [...launch])
  const between = Math.max(0, (wallSeconds * 1000 - sum(all)) / all.length)
  return launches.map(launch => [...launch].map(latency => latency + between))
}

/**
 * Whether the halves of a run lie on different sides of the bound. One engine alone has no other to cancel a drift of
 * the machine: intervals of a machine that warms up or throttles are too narrow.
 */
function halvesDisagree(
  launches: readonly (readonly number[])[],
  { latency }: SpeedStatistic,
  bound: number,
): boolean {
  const half = (part: (launch: readonly number[]) => readonly number[]) => latency(launches.flatMap(part))
  const first = half(launch => launch.slice(0, launch.length >> 1))
  const second = half(launch => launch.slice(launch.length >> 1))
  return first <= bound !== second <= bound
}
