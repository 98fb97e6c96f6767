import { mean } from 'simple-statistics'
import { openLimits } from '../../src/contract/evaluate/absolute/open-limits.ts'
import { type DecidingEnds, decidingEnds } from '../../src/contract/evaluate/deciding-ends.ts'
import { type Alpha, compareInterval, usualAlpha } from '../../src/contract/evaluate/evaluation.ts'
import { type GapRuleOptions, gapRule, type LookDecision } from '../../src/contract/evaluate/gap-rule.ts'
import { meanScore } from '../../src/contract/evaluate/mean-score.ts'
import { oneSidedVerdict } from '../../src/contract/evaluate/one-sided-verdict.ts'
import { type SampleStatistic, worstOutput } from '../../src/contract/evaluate/output-error/worst-output.ts'
import { decidingInterval } from '../../src/contract/evaluate/relative/deciding-interval.ts'
import { looks, samplesAt } from '../../src/contract/evaluate/sample-order.ts'
import { quantileOf, type SpeedStatistic } from '../../src/contract/evaluate/speed-statistic.ts'
import { twoSidedEnds, twoSidedVerdict } from '../../src/contract/evaluate/two-sided.ts'
import type { Verdict } from '../../src/contract/evidence.ts'
import type { Interval } from '../../src/statistics/intervals/interval.ts'
import { launchTest } from '../../src/statistics/launch-test.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { RatioTest } from '../../src/statistics/sequential/ratio-test.ts'
import { symmetryTest } from '../../src/statistics/sequential/symmetry-test.ts'

type Comparison = '<=' | '>='

/** One run of which the truth is known. */
export interface SimulatedRun {
  readonly verdict: Verdict
  readonly interval: Interval
  /** Absent if "violated" is never wrong: what was seen did miss the bound. */
  readonly truth?: number
  readonly bound: number
  readonly comparison: Comparison
  /** Whether what is bounded is the size of the figure, in either direction. */
  readonly twoSided?: boolean
}

/** One run with the bound so far from the truth, in standard errors of the figure. */
export type Kind = (random: () => number, distance: number, run: number) => SimulatedRun

/** Whether a verdict stands beside an interval that allows the opposite. */
export function contradicts({ verdict, interval, bound, comparison, twoSided }: SimulatedRun): boolean {
  const { lower, upper } = interval
  if (verdict === 'inconclusive') return false
  const isBelow = (verdict === 'upheld') === (comparison === '<=')
  if (twoSided) return isBelow ? upper > bound || lower < -bound : lower < bound && upper > -bound
  return isBelow ? upper > bound : lower < bound
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const comparisonOf = (run: number): Comparison => (run % 2 === 0 ? '<=' : '>=')
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
const alpha: Alpha = usualAlpha
const steady = { timings: 100, slower: 0 }
const changing = { timings: 100, slower: 50 }

/** log(latency A / latency B) by blocks, decided as comparisons are. */
function ratio(noise: (random: () => number) => number, { pace = steady, resumed = false } = {}): Kind {
  const [truth, maxBlocks, least] = [0.01, 60, 8]
  return (random, distance, run) => {
    const comparison = comparisonOf(run)
    const sign = comparison === '<=' ? 1 : -1
    const spread = [0.002, 0.01, 0.05][run % 3]!
    const boundary = truth + (distance * spread) / 3
    const [alphaViolated, alphaUpheld] = [alpha.violated, alpha.upheld]
    const test = resumed
      ? symmetryTest({ alphaViolated, alphaUpheld })
      : new RatioTest({ boundary: 0, maxBlocks, alphaViolated, alphaUpheld, random: seededRandom(run) })
    const values: number[] = []
    let verdict: 'upheld' | 'violated' | undefined
    while (values.length < maxBlocks && (verdict === undefined || values.length < least)) {
      values.push(truth + spread * noise(random))
      verdict = test.add(sign * (values.at(-1)! - boundary))
    }
    const interval = decidingInterval({
      values,
      alpha,
      sign,
      boundary,
      maxBlocks,
      seed: run,
      isSlow: false,
      pace,
      ...(verdict && { verdict }),
      ...(resumed && { before: { runs: 1, blocks: 20 } }),
    })
    return { verdict: verdict ?? 'inconclusive', interval, truth, bound: boundary, comparison }
  }
}

/** Launches, or builds, as the unit. */
const launches: Kind = (random, distance, run) => {
  const [truth, spread] = [0.01, 0.005]
  const comparison = comparisonOf(run)
  const sign = comparison === '<=' ? 1 : -1
  const boundary = truth + (distance * spread) / 2
  const centres = times(6, () => truth + spread * normal(random))
  const verdict = launchTest(
    centres.map(centre => sign * (centre - boundary)),
    { boundary: 0, alphaViolated: alpha.violated, alphaUpheld: alpha.upheld },
  )
  const interval = decidingInterval({
    values: centres,
    launches: centres,
    alpha,
    sign,
    boundary,
    maxBlocks: 60,
    seed: run,
    isSlow: false,
    pace: steady,
  })
  return { verdict, interval, truth, bound: boundary, comparison }
}

/** Slow inferences, 2% in all, come in bursts of so many. */
function latencies(random: () => number, count: number, burst: number): number[] {
  const [ends, begins] = [1 / burst, 0.02 / 0.98 / burst]
  let slow = random() < 0.02
  return times(count, () => {
    slow = slow ? random() >= ends : random() < begins
    return slow ? 3 + random() : 1 + 0.1 * random()
  })
}

/** A speed of one engine against a number, or against one of another day. */
function absolute(
  metric: SpeedStatistic,
  truth: number,
  unit: number,
  { burst = 5, days = 1, launchSpread = 0 } = {},
): Kind {
  return (random, distance, run) => {
    const wantsFast = run % 2 === 0
    const bound = truth + distance * unit
    const measured = times(days === 1 ? 2 : 6, () => {
      const factor = Math.exp(launchSpread * normal(random))
      return latencies(random, days === 1 ? 2000 : 400, burst).map(each => factor * each)
    })
    const interval = openLimits(measured, metric, bound, { wantsFast, alpha, isOfTwoDays: days > 1 })
    const comparison = wantsFast ? '<=' : '>='
    return { verdict: compareInterval(interval, comparison, bound), interval, truth, bound, comparison }
  }
}

const p50: SpeedStatistic = { name: 'p50 latency', better: 'lower', ...quantileOf(0.5) }
const p99: SpeedStatistic = { name: 'p99 latency', better: 'lower', ...quantileOf(0.99) }
const average: SpeedStatistic = { name: 'mean latency', better: 'lower', latency: all => mean([...all]) }

/** A mean over samples against a number. */
function score(
  draw: (random: () => number) => number,
  truth: number,
  of: 'score' | 'difference',
  { samples = 400, twoSided = false } = {},
): Kind {
  return (random, distance, run) => {
    const comparison = comparisonOf(run)
    const scores = Float64Array.from(times(samples, () => draw(random)))
    const own = meanScore(scores, 'sample', of)
    const bound = twoSided ? Math.max(0.001, Math.abs(truth) + distance * 0.012) : truth + distance * 0.012
    const decide = twoSided ? twoSidedVerdict : oneSidedVerdict
    const verdict = decide(own.interval, comparison, bound, alpha)
    const interval: DecidingEnds = twoSided
      ? twoSidedEnds(own.interval, comparison, verdict, alpha)
      : decidingEnds(own.interval, comparison, alpha)
    return { verdict, interval, truth, bound, comparison, twoSided }
  }
}

/** A gap that is looked at until it is decided. */
function sequentialGap(twoSided: boolean): Kind {
  const [onlyFirst, onlySecond, samples] = [0.05, 0.02, 1000]
  const truth = onlyFirst - onlySecond
  return (random, distance, run) => {
    const comparison = comparisonOf(run)
    const limit = truth + distance * 0.01
    const options: GapRuleOptions = { twoSided, comparison, limit, samples, alpha }
    const decide = gapRule(options)
    const drawn = times(samples, random)
    const count = (of: readonly number[], from: number, to: number) =>
      of.filter(each => each >= from && each < to).length
    let decision: LookDecision
    let look = 0
    do {
      const part = drawn.slice(0, samplesAt(++look, samples))
      decision = decide({
        onlyFirst: count(part, 0, onlyFirst),
        onlySecond: count(part, onlyFirst, onlyFirst + onlySecond),
        bothRight: count(part, onlyFirst + onlySecond, 2),
        bothWrong: 0,
      })
    } while (!decision.verdict && look < looks)
    const { verdict = 'inconclusive', ends } = decision
    return { verdict, interval: ends, truth, bound: limit, comparison, twoSided }
  }
}

/** The error of outputs: the worse one of two counts. */
function outputs(statistic: SampleStatistic): Kind {
  return (random, distance, run) => {
    const comparison = comparisonOf(run)
    const better = comparison === '<=' ? 'lower' : 'higher'
    const sign = better === 'higher' ? 1 : -1
    const draw = (centre: number) => Float64Array.from(times(80, () => sign * centre + normal(random)))
    const values = new Map([
      ['a', draw(30)],
      ['b', draw(31)],
    ])
    const { interval: byLevel } = worstOutput(values, { better, statistic, isSample: true })
    // 95% of all samples keep what `every` is told to hold.
    const truth = sign * (statistic === 'median' ? 30 : 30 - 1.6449)
    const bound = truth + 0.15 * distance
    return {
      verdict: oneSidedVerdict(byLevel, comparison, bound, alpha),
      interval: decidingEnds(byLevel, comparison, alpha),
      ...(statistic === 'median' && { truth }),
      bound,
      comparison,
    }
  }
}

const spiky = (random: () => number) => normal(random) + (random() < 0.05 ? 16 * (random() - 0.5) : 0)
const heavy = (random: () => number) => normal(random) / Math.max(0.1, random())
const paired = (random: () => number) => {
  const drawn = random()
  return drawn < 0.05 ? 1 : drawn < 0.07 ? -1 : 0
}

/** Every kind of clause whose verdict is an inference from samples. */
export const kinds: Readonly<Record<string, Kind>> = {
  'ratio, normal noise': ratio(normal),
  'ratio, spikes to either side': ratio(spiky),
  'ratio, heavy tails': ratio(heavy),
  'ratio, the machine changes its pace': ratio(normal, { pace: changing }),
  'ratio, over several runs': ratio(normal, { resumed: true }),
  'ratio, by launches or builds': launches,
  'p50 latency or fps': absolute(p50, 1 + 0.05 / 0.98, 0.001),
  'p99 latency, bursts of 5': absolute(p99, 3.5, 0.1),
  'p99 latency, bursts of 20': absolute(p99, 3.5, 0.2, { burst: 20 }),
  'mean latency': absolute(average, 0.98 * 1.05 + 0.02 * 3.5, 0.01),
  'p50 latency, against another day': absolute(p50, 1 + 0.05 / 0.98, 0.01, { days: 2, launchSpread: 0.01 }),
  'p99 latency, against another day': absolute(p99, 3.5, 0.2, { days: 2 }),
  accuracy: score(random => Number(random() < 0.9), 0.9, 'score'),
  'accuracy gap': score(paired, 0.03, 'difference'),
  'accuracy gap in both directions': score(paired, 0.03, 'difference', { twoSided: true }),
  'mean absolute error': score(random => 0.2 * random() ** 2, 0.2 / 3, 'score', { samples: 100 }),
  'accuracy gap, looked at ten times': sequentialGap(false),
  'accuracy gap in both directions, looked at ten times': sequentialGap(true),
  'output error, median': outputs('median'),
  'output error, every sample': outputs('every'),
}
