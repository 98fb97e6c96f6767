import { median } from 'simple-statistics'
import { buildsOf } from '../../../builder/builds-of.ts'
import type { Engine } from '../../../builder/engine.ts'
import { timedFeeds } from '../../../builder/timed-feeds.ts'
import { environment } from '../../../engine/environment.ts'
import type { Contender, MeasureOptions } from '../../../measure/contender.ts'
import { measureLaunches } from '../../../measure/measure-launches.ts'
import type { PaceOptions } from '../../../measure/pace/paced-timings.ts'
import { openPair, type PairBlock } from '../../../measure/pair.ts'
import type { Interval } from '../../../statistics/intervals/interval.ts'
import { launchesDisagree } from '../../../statistics/launch-test.ts'
import { seededRandom } from '../../../statistics/random.ts'
import { RatioTest } from '../../../statistics/sequential/ratio-test.ts'
import { tMixtureInterval } from '../../../statistics/sequential/t-mixture-interval.ts'
import type { Clause } from '../../clause/clause.ts'
import type { Evaluation, Finding } from '../../metrics/metric.ts'
import { buildsAsUnit } from '../builds/builds-as-unit.ts'
import { buildsEvidence } from '../builds/builds-evidence.ts'
import { confidence } from '../evaluation.ts'
import { latenciesByLaunch } from '../latencies-by-launch.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'
import { decideByBlocks } from './decide-by-blocks.ts'
import { decidingInterval } from './deciding-interval.ts'
import { launchesAsUnit } from './launches-as-unit.ts'
import { type Measured, precisionOf } from './measured.ts'
import { blockRatio, describeRatio, relativeFinding } from './relative-finding.ts'
import { resumableTest } from './resumable-test.ts'
import { type Visit, withSecondVisit } from './second-visit.ts'

/** Slack of `>=` and `<=` where the clause names none: two equal engines would otherwise never be decided. */
const defaultTolerance = 0.01

/** More blocks hardly ever decide what so many did not; and a longer horizon makes early verdicts later. */
const mostBlocks = 120

/** Every build is in so many blocks, whatever the others have decided: the spread of builds is part of the evidence. */
const blocksPerBuild = 3

/** Fresh launches where launches disagree: six have a power of 95% at 1% where they differ by 0.5%. */
const freshLaunches = 6

/**
 * Decides `A fps >= f x B fps` and its kin by randomised quads and the sign-flip test with alpha spending.
 *
 * With d = log(latency A / latency B) per block, the clause becomes d <= boundary or d >= boundary; the test sees
 * the distance to it, signed so that positive means violated. Where the two launches disagree by more than the clause
 * tolerates, more of them are started and launches become the unit. Of engines that were built several times each launch
 * runs a pair of builds, and where they disagree builds become the unit. What is near the bound on a machine that changes
 * its pace is visited twice.
 */
export function relativeSpeed(
  evaluation: Evaluation,
  metric: SpeedStatistic,
  a: Engine,
  b: Engine,
  factor: number,
): Promise<Finding> {
  return withSecondVisit(evaluation, number => visit(evaluation, metric, [a, b], factor, number))
}

async function visit(
  evaluation: Evaluation,
  metric: SpeedStatistic,
  [a, b]: readonly [Engine, Engine],
  factor: number,
  number: number,
): Promise<Visit> {
  const { clause, alpha, signal, onProgress } = evaluation
  const { budgetSeconds, target } = a.context
  const precision = precisionOf(clause, a.context) ?? Number.POSITIVE_INFINITY
  const builds = buildsOf(a).length
  const tolerance = toleranceOf(clause, a)
  const { boundary, sign } = boundaryOf(clause, metric, factor, tolerance)
  const resume = evaluation.resume
    ? () => resumableTest(questionOf(evaluation, a, b, boundary), alpha)
    : undefined
  let resumed = await resume?.()
  // Coins of its own for every run and every visit: those of the pilot and of the blocks.
  const seed = a.context.seed + 2 * (resumed?.before.runs ?? number)
  const { pace: policy } = a.context
  const measuring = { feeds: timedFeeds(a), seed, target, budgetSeconds, signal, pace: policy }

  const pair = await openPair(contender(a, 'A'), contender(b, 'B'), measuring)
  const wanted = builds > 1 ? blocksPerBuild * builds : 0
  const leastBlocks = Math.max(8, wanted)
  const inBudget = Math.floor(budgetSeconds / pair.plan.seconds)
  const maxBlocks = Math.min(mostBlocks, Math.max(12, leastBlocks, inBudget))
  const ratioOf = (block: PairBlock) => blockRatio(metric, block, pair.plan.statistic)
  const isNarrow = (values: readonly number[]) =>
    precision === Number.POSITIVE_INFINITY ||
    (halfWidth(tMixtureInterval(values, { confidence })) <= precision &&
      // The one that is printed takes longer to find.
      halfWidth(
        decidingInterval({
          values,
          alpha,
          sign,
          boundary,
          maxBlocks,
          seed,
          isSlow: false,
          pace: pair.pace,
          ...(resumed && { before: resumed.before }),
        }),
      ) <= precision)
  const startTest = async () => {
    resumed = await resume?.()
    const [alphaViolated, alphaUpheld] = [alpha.violated, alpha.upheld]
    const random = seededRandom(seed)
    return resumed ?? new RatioTest({ boundary: 0, maxBlocks, alphaViolated, alphaUpheld, random })
  }
  const found = await decideByBlocks(pair, {
    startTest,
    ratioOf,
    distance: value => sign * (value - boundary),
    isEnough: values => values.length >= leastBlocks && isNarrow(values),
    pace: policy,
    least: leastBlocks,
    most: maxBlocks,
    seconds: budgetSeconds,
    signal,
    onBlock: values =>
      onProgress?.(`${clause.text}: block ${values.length}, ${describeRatio(metric, median([...values]))}`),
  }).finally(async () => {
    await pair.stop()
    await resumed?.close()
  })
  const { plan, dropped, pace } = pair
  // What is known at any pace is told, and decides nothing.
  const { isSlow } = found
  const blocks = isSlow ? pair.allBlocks() : found.blocks
  const values = isSlow ? blocks.map(ratioOf) : found.values
  const verdict = isSlow ? undefined : found.verdict
  const measured = {
    clause,
    metric,
    alpha,
    tolerance,
    a,
    b,
    builds,
    blocks,
    values,
    boundary,
    sign,
    plan,
    dropped,
    maxBlocks,
    seed,
    pace,
    isSlow,
    slower: pair.slowerBlocks().map(ratioOf),
    ...(resumed && { before: resumed.before }),
  }
  const byLaunch = Array.from({ length: pair.launches }, (_, launch) =>
    values.filter((_, i) => blocks[i]!.launch === launch),
  )
  const latencies = (side: 'A' | 'B') => latenciesByLaunch(blocks, side).map(metric.latency)
  const evidence = buildsEvidence(a, { [a.variant]: latencies('A'), [b.variant]: latencies('B') })
  const decided =
    isSlow || !launchesDisagree(byLaunch, tolerance || defaultTolerance)
      ? { ...measured, ...(verdict && { verdict }) }
      : builds > 1
        ? buildsAsUnit(measured, byLaunch)
        : await byFreshLaunches(measured, measuring, onProgress)
  return { finding: { ...relativeFinding(decided), ...evidence }, pace }
}

/** Of log ratios, which is a share of the ratio itself. */
function halfWidth({ lower, upper }: Interval): number {
  return (upper - lower) / 2
}

/** The same comparison with launches as the unit. */
async function byFreshLaunches(
  measured: Omit<Measured, 'verdict' | 'launches'>,
  measuring: MeasureOptions & PaceOptions,
  onProgress: Evaluation['onProgress'],
): Promise<Measured> {
  const { clause, metric, a, b, plan } = measured
  const launches: number[] = []
  const fresh = measureLaunches(contender(a, 'A'), contender(b, 'B'), plan, measuring)
  for await (const blocks of fresh) {
    if (blocks.length === 0) return { ...measured, isSlow: true }
    const values = blocks.map(block => blockRatio(metric, block, plan.statistic))
    launches.push(median(values))
    onProgress?.(`${clause.text}: launches disagree, launch ${launches.length} of ${freshLaunches}`)
    if (launches.length === freshLaunches) break
  }
  return launchesAsUnit(measured, launches)
}

/** What two runs must have in common so that their evidence is about the same question. */
function questionOf({ clause, alpha }: Evaluation, a: Engine, b: Engine, boundary: number): unknown {
  const { metric } = clause.quantity
  return {
    metric,
    a: buildsOf(a).map(({ sha256 }) => sha256),
    b: buildsOf(b).map(({ sha256 }) => sha256),
    target: a.context.target,
    accelerator: a.context.accelerator,
    ...(b.target && { ofB: [b.context.target, b.context.accelerator] }),
    boundary,
    alpha,
    environment: environment(),
  }
}

function contender(engine: Engine, id: string): Contender {
  const [{ model, context }, ...rebuilds] = buildsOf(engine)
  return {
    id,
    model,
    target: context.target,
    ...(rebuilds.length > 0 && { rebuilds: rebuilds.map(rebuild => rebuild.model) }),
  }
}

/** Boundary of d, and +1 if a larger d breaks the clause, -1 if a smaller one does. */
function boundaryOf(
  clause: Clause,
  { better }: SpeedStatistic,
  factor: number,
  tolerance: number,
): { boundary: number; sign: 1 | -1 } {
  const atLeast = clause.comparison.startsWith('>')
  const slack = atLeast ? Math.log1p(-tolerance) : Math.log1p(tolerance)
  // fps A / fps B = exp(-d), latency A / latency B = exp(d).
  const ratio = Math.log(factor) + slack
  return better === 'higher'
    ? { boundary: -ratio, sign: atLeast ? 1 : -1 }
    : { boundary: ratio, sign: atLeast ? -1 : 1 }
}

/** Strict comparisons get no slack by default: `A fps > B fps` claims a difference. */
function toleranceOf({ tolerance, comparison }: Clause, { context }: Engine): number {
  return tolerance?.value ?? (comparison.endsWith('=') ? (context.tolerance ?? defaultTolerance) : 0)
}
