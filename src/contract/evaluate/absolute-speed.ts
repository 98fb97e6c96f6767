import { mean, median } from 'simple-statistics'
import { measureSingle, type SingleRun } from '../../measure/single.ts'
import { autocorrelatedMeanInterval } from '../../statistics/effective-sample-size.ts'
import { quantileInterval, quantileVerdict } from '../../statistics/order-statistics.ts'
import type { Estimate, Verdict } from '../evidence.ts'
import {
  alpha,
  compareInterval,
  confidence,
  type Evaluation,
  type Finding,
  settingsOf,
  subject,
  withTolerance,
} from './evaluation.ts'
import { speedMetrics } from './speed-metrics.ts'
import { timedFeeds } from './timed-feeds.ts'

/** One look at a sample of fixed size: looking again until it passes would multiply the error rate. */
const budgetShare = 1 / 3

/** Inferences per block of a mean: longer than the bursts of a busy machine. */
const blockLength = 50

/**
 * Decides a speed against a number, e.g. `implicit p99 latency <= 12 ms` or `implicit fps >= 200 fps`.
 *
 * All timed inferences count, of two launches in turns. Quantiles (fps is one: 1 / median latency) are decided by
 * order statistics with a design effect for bursts; means by blocks with an effective sample size.
 */
export async function absoluteSpeed(evaluation: Evaluation, limit: number): Promise<Finding> {
  const { clause, engines, signal, onProgress } = evaluation
  const { metric } = clause.quantity
  const engine = subject(engines, clause.quantity)
  const { seed, budgetSeconds, target } = engine.context
  onProgress?.(`${clause.text}: timing ${engine.variant} for ${Math.round(budgetSeconds * budgetShare)} s`)
  const run = await measureSingle(
    { id: engine.variant, model: engine.model, settings: settingsOf(engine) },
    {
      feeds: timedFeeds(engine),
      seed,
      threads: target.threads,
      signal,
      seconds: budgetSeconds * budgetShare,
    },
  )
  const all = run.launches.flatMap(launch => [...launch])
  const speed = speedMetrics[metric]!
  const bound = withTolerance(limit, clause)
  // fps is the inverse of latency: so is its bound, and `>=` becomes `<=`.
  const latencyBound = speed.higherIsFaster ? (target.batch * 1000) / bound : bound
  const wantsFast = speed.higherIsFaster === clause.comparison.startsWith('>')

  const [lower, upper] =
    speed.quantile === undefined
      ? meanInterval(run, 1 - confidence)
      : quantileInterval(all, speed.quantile, 1 - confidence)
  const verdict =
    speed.quantile === undefined
      ? meanVerdict(run, latencyBound, wantsFast)
      : quantileSide(all, speed.quantile, latencyBound, wantsFast)
  const toUnit = (milliseconds: number) =>
    speed.higherIsFaster ? (target.batch * 1000) / milliseconds : milliseconds
  const value = speed.wallTime ? (target.batch * all.length) / run.wallSeconds : toUnit(speed.latency(all))
  const estimate: Estimate = {
    of: `${engine.variant} ${metric}`,
    value,
    lower: Math.min(toUnit(lower), toUnit(upper), value),
    upper: Math.max(toUnit(lower), toUnit(upper), value),
    confidence,
    unit: speed.higherIsFaster ? 'fps' : 'ms',
  }
  return {
    verdict,
    estimate,
    samples: { count: all.length, unit: 'inferences' },
    rule:
      speed.quantile === undefined
        ? `t interval over blocks of ${blockLength} inferences with effective sample size`
        : 'order statistics with design effect for bursts',
    reason:
      verdict === 'inconclusive'
        ? 'the interval of the samples holds the bound'
        : `the ${metric} ${verdict === 'upheld' ? 'keeps' : 'misses'} the bound beyond what noise explains`
            .replace('the fps keeps', 'fps keeps')
            .replace('the fps misses', 'fps misses'),
    ...(verdict === 'inconclusive' && {
      advice: 'a longer budget, a wider tolerance (`within 5%`), or a quieter machine would decide it',
    }),
    details: [],
    raw: { milliseconds: run.launches.map(launch => [...launch]), wallSeconds: run.wallSeconds },
  }
}

function quantileSide(latencies: readonly number[], p: number, limit: number, wantsFast: boolean): Verdict {
  const verdict = quantileVerdict(
    latencies,
    p,
    limit,
    wantsFast ? alpha : { upheld: alpha.violated, violated: alpha.upheld },
  )
  if (wantsFast || verdict === 'inconclusive') return verdict
  return verdict === 'upheld' ? 'violated' : 'upheld'
}

function meanVerdict(run: SingleRun, limit: number, wantsFast: boolean): Verdict {
  const comparison = wantsFast ? '<=' : '>='
  const side = (level: number) => compareInterval(...meanInterval(run, 2 * level), comparison, limit)
  if (side(alpha.violated) === 'violated') return 'violated'
  return side(alpha.upheld) === 'upheld' ? 'upheld' : 'inconclusive'
}

/** Interval of the mean latency in ms at level 1 - a. */
function meanInterval({ launches }: SingleRun, a: number): [number, number] {
  const blocks = launches.flatMap(launch =>
    Array.from({ length: Math.floor(launch.length / blockLength) }, (_, i) =>
      mean([...launch.subarray(i * blockLength, (i + 1) * blockLength)]),
    ),
  )
  return blocks.length > 2
    ? autocorrelatedMeanInterval(blocks, a)
    : [median(blocks), Number.POSITIVE_INFINITY]
}
