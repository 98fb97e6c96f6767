import { mean, median } from 'simple-statistics'
import type { Engine } from '../../../builder/engine.ts'
import type { PairBlock } from '../../../measure/pair.ts'
import { segmentLogRatio } from '../../../measure/segment-log-ratio.ts'
import type { Interval } from '../../../statistics/intervals/interval.ts'
import type { SegmentStatistic } from '../../../statistics/segment-statistic.ts'
import { tMixtureInterval } from '../../../statistics/sequential/t-mixture-interval.ts'
import type { Estimate, Verdict } from '../../evidence.ts'
import type { Finding } from '../../metrics/metric.ts'
import { adviceOnBuilds, tooFewBuilds } from '../builds/builds-as-unit.ts'
import { confidence } from '../evaluation.ts'
import { latenciesByLaunch } from '../latencies-by-launch.ts'
import { atPace, hardlyEver, paceAdvice, percent, slowTimings } from '../pace-words.ts'
import { speedEstimate } from '../speed-estimate.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'
import { type DecidingInterval, decidingInterval } from './deciding-interval.ts'
import { type Measured, precisionOf } from './measured.ts'

/**
 * log(latency A / latency B) of one block. fps compares segments; other metrics compare their own statistic over all
 * timed inferences of the block. Either way exchanging A and B turns the sign, which is all the test needs.
 */
export function blockRatio(
  { comparesSegments, latency }: SpeedStatistic,
  block: PairBlock,
  statistic: SegmentStatistic,
): number {
  if (comparesSegments) return segmentLogRatio(block, statistic)
  const of = (side: 'A' | 'B') => latency(latenciesByLaunch([block], side).flat())
  return Math.log(of('A') / of('B'))
}

/** Of fewer blocks the interval would have no end. */
const fewestSlower = 6

/** What is said of a comparison. */
export function relativeFinding(measured: Measured): Finding {
  const { metric, a, b, blocks, values, launches, boundary, sign, plan, pace, slower } = measured
  const centre = launches ? mean([...launches]) : median([...values])
  const estimate = ratioEstimate(metric, a, b, centre, decidingInterval(measured))
  const medians = blocks.map(block => blockRatio(metric, block, 'median'))
  const { lower: low, upper: high } = tMixtureInterval(medians, { confidence })
  const disagrees = ({ lower, upper }: Interval) =>
    (measured.verdict === 'upheld' && sign * ((sign > 0 ? lower : upper) - boundary) > 0) ||
    (measured.verdict === 'violated' && sign * ((sign > 0 ? upper : lower) - boundary) < 0)
  const mediansDisagree = disagrees({ lower: low, upper: high })
  const wall = blocks.map(block =>
    blockRatio(metric, { ...block, quads: block.wall ?? block.quads }, 'median'),
  )
  const wallDisagrees = !mediansDisagree && disagrees(tMixtureInterval(wall, { confidence }))
  const verdict = mediansDisagree || wallDisagrees ? 'inconclusive' : (measured.verdict ?? 'inconclusive')
  return {
    verdict,
    estimate,
    bound: Math.exp(metric.better === 'higher' ? -boundary : boundary),
    samples: launches
      ? { count: launches.length, unit: unitOf(measured) }
      : { count: blocks.length, unit: 'blocks' },
    rule: `${ruleOf(measured)}${slowTimings(pace, a.context.pace, 'quads')}${disturbedInferences(blocks)}${tooWide(estimate, precisionOf(measured.clause, a.context))}`,
    reason: mediansDisagree
      ? 'the quiet latencies say one thing and the medians the other: an engine runs at several speeds'
      : wallDisagrees
        ? 'CPU time says one thing and the clock on the wall the other: other processes had the CPU'
        : reasonOf(measured, verdict),
    ...(verdict === 'inconclusive' && { advice: advise(measured, estimate) }),
    details: [
      figure(metric, a, blocks, 'A'),
      figure(metric, b, blocks, 'B'),
      { ...blockEstimate(metric, a, b, medians), of: `${ratioName(metric, a, b)}, by medians` },
      ...(pace.pace !== undefined && slower.length >= fewestSlower
        ? [
            {
              ...blockEstimate(metric, a, b, slower),
              of: `${ratioName(metric, a, b)}, ${atPace(pace.pace)}`,
            },
          ]
        : []),
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

/** Said if the interval is wider than the user wants it. */
function tooWide({ lower, upper }: Estimate, precision: number | undefined): string {
  const isWide = precision !== undefined && Math.log(upper / lower) / 2 > precision
  return isWide ? `; the interval did not get within ±${Number((100 * precision).toPrecision(3))}%` : ''
}

/** Said of inferences of which the CPU time counts. */
function disturbedInferences(blocks: readonly PairBlock[]): string {
  let [all, disturbed] = [0, 0]
  for (const { quads, wall = quads } of blocks) {
    const [own, onWall] = [quads.flat().flatMap(each => [...each]), wall.flat().flatMap(each => [...each])]
    all += own.length
    disturbed += own.filter((each, i) => each !== onWall[i]).length
  }
  return disturbed < 0.01 * all
    ? ''
    : `; other processes had the CPU in ${percent(disturbed / all)} of the inferences: their CPU time counts`
}

function earlier({ runs, blocks }: NonNullable<Measured['before']>): string {
  return runs === 0 ? '' : `, with the evidence of ${blocks} blocks of earlier runs,`
}

function reasonOf({ launches, builds, metric, isSlow, pace }: Measured, verdict: Verdict): string {
  if (isSlow) {
    return hardlyEver(pace, 'quads')
  }
  return launches && tooFewBuilds(builds)
    ? `${builds} builds that disagree do not tell what the next one does`
    : reasons[verdict](metric.name)
}

const reasons = {
  upheld: (metric: string) =>
    `the ${metric} keep the bound beyond what noise explains`.replace('the fps', 'fps'),
  violated: (metric: string) =>
    `the ${metric} miss the bound beyond what noise explains`.replace('the fps', 'fps'),
  inconclusive: () => 'the samples do not tell on which side of the bound the ratio lies',
}

function advise(
  { blocks, maxBlocks, boundary, values, launches, before, builds, isSlow }: Measured,
  { lower, upper }: Estimate,
): string {
  if (isSlow) {
    return paceAdvice
  }
  if (launches && builds > 1) return adviceOnBuilds(builds)
  if (launches) return 'a quieter machine, a wider tolerance, or engines that are as fast in every process'
  if (before) return 'another run with `--resume`: the evidence of this one is kept'
  const distance = Math.abs(median([...values]) - boundary)
  const halfWidth = (Math.log(upper) - Math.log(lower)) / 2
  const factor = distance > 0 ? Math.ceil((halfWidth / distance) ** 2) : Number.POSITIVE_INFINITY
  return factor <= 10
    ? `a budget ${Math.max(2, factor)} times as long would likely decide it (${blocks.length} of at most ${maxBlocks} blocks were measured), or a wider tolerance, or runs with \`--resume\`, which add up`
    : halfWidth > wideInterval
      ? 'the machine is too noisy for so near a bound: a much longer budget, a quieter machine, or runs with `--resume`, which add up'
      : 'the ratio lies on the bound itself: only a wider tolerance (`within 2%`) would decide it'
}

/** Half the width of an interval, as a share of the ratio, beyond which noise and not the bound is what is in the way. */
const wideInterval = 0.03

function ratioName({ name }: SpeedStatistic, a: Engine, b: Engine): string {
  return `${a.variant} ${name} / ${b.variant} ${name}`
}

function blockEstimate(metric: SpeedStatistic, a: Engine, b: Engine, values: readonly number[]): Estimate {
  const interval = tMixtureInterval(values, { confidence })
  return ratioEstimate(metric, a, b, median([...values]), { ...interval, confidence })
}

function ratioEstimate(
  metric: SpeedStatistic,
  a: Engine,
  b: Engine,
  center: number,
  { lower, upper, confidence }: DecidingInterval,
): Estimate {
  const inverse = metric.better === 'higher'
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
function figure(
  metric: SpeedStatistic,
  engine: Engine,
  blocks: readonly PairBlock[],
  side: 'A' | 'B',
): Estimate {
  return speedEstimate(metric, engine, latenciesByLaunch(blocks, side))
}

/** A log ratio of latencies as the ratio of the metric. */
export function describeRatio({ better }: SpeedStatistic, logRatio: number): string {
  const ratio = better === 'higher' ? Math.exp(-logRatio) : Math.exp(logRatio)
  return `ratio ${ratio.toFixed(3)}`
}
