import { median } from 'simple-statistics'
import type { Engine } from '../../build/engine.ts'
import { environment } from '../../engine/environment.ts'
import type { Contender, MeasureOptions } from '../../measure/contender.ts'
import { measureLaunches } from '../../measure/measure-launches.ts'
import { openPair, type PairBlock } from '../../measure/pair.ts'
import { launchesDisagree, launchTest } from '../../statistics/launch-test.ts'
import { seededRandom } from '../../statistics/random.ts'
import { RatioTest } from '../../statistics/ratio-test.ts'
import type { Clause } from '../clause.ts'
import type { Evaluation, Finding } from './evaluation.ts'
import { blockRatio, describeRatio, type Measured, relativeFinding } from './relative-finding.ts'
import { resumableTest } from './resumable-test.ts'
import { speedMetrics } from './speed-metrics.ts'
import { timedFeeds } from './timed-feeds.ts'

/** Slack of `>=` and `<=` where the clause names none: two equal engines would otherwise never be decided. */
export const defaultTolerance = 0.01

/** More blocks hardly ever decide what so many did not; and a longer horizon makes early verdicts later. */
const mostBlocks = 120

/** Fresh launches where launches disagree: six have a power of 95% at 1% where they differ by 0.5%. */
const freshLaunches = 6

/**
 * Decides `A fps >= f x B fps` and its kin by randomised quads and the sign-flip test with alpha spending.
 *
 * With d = log(latency A / latency B) per block, the clause becomes d <= boundary or d >= boundary; the test sees
 * the distance to it, signed so that positive means violated. Where the two launches disagree by more than the clause
 * tolerates, more of them are started and launches become the unit.
 */
export async function relativeSpeed(
  evaluation: Evaluation,
  a: Engine,
  b: Engine,
  factor: number,
): Promise<Finding> {
  const { clause, alpha, signal, onProgress } = evaluation
  const { metric } = clause.quantity
  const { budgetSeconds, target } = a.context
  const tolerance = toleranceOf(clause)
  const { boundary, sign } = boundaryOf(clause, factor, tolerance)
  const resumed = evaluation.resume
    ? await resumableTest(questionOf(evaluation, a, b, boundary), alpha)
    : undefined
  // Coins of its own for every run: those of the pilot and of the blocks.
  const seed = a.context.seed + 2 * (resumed?.before.runs ?? 0)
  const measuring = { feeds: timedFeeds(a), seed, target, budgetSeconds, signal }

  const pair = await openPair(contender(a, 'A'), contender(b, 'B'), measuring)
  const blocks: PairBlock[] = []
  const values: number[] = []
  const maxBlocks = Math.min(mostBlocks, Math.max(12, Math.floor(budgetSeconds / pair.plan.seconds)))
  let verdict: 'upheld' | 'violated' | undefined
  try {
    const test =
      resumed ??
      new RatioTest({
        boundary: 0,
        maxBlocks,
        alphaViolated: alpha.violated,
        alphaUpheld: alpha.upheld,
        random: seededRandom(seed),
      })
    const deadline = performance.now() + budgetSeconds * 1000
    while (!verdict && blocks.length < maxBlocks && (blocks.length < 8 || performance.now() < deadline)) {
      const block = await pair.nextBlock()
      blocks.push(block)
      values.push(blockRatio(metric, block, pair.plan.statistic))
      verdict = test.add(sign * (values.at(-1)! - boundary))
      onProgress?.(`${clause.text}: block ${blocks.length}, ${describeRatio(metric, median(values))}`)
    }
  } finally {
    await pair.stop()
    await resumed?.close()
  }
  const { plan, dropped } = pair
  const measured = {
    clause,
    alpha,
    tolerance,
    a,
    b,
    blocks,
    values,
    boundary,
    sign,
    plan,
    dropped,
    maxBlocks,
    ...(resumed && { before: resumed.before }),
  }
  const byLaunch = [0, 1].map(launch => values.filter((_, i) => blocks[i]!.launch === launch))
  if (!launchesDisagree(byLaunch, tolerance || defaultTolerance)) {
    return relativeFinding({ ...measured, ...(verdict && { verdict }) })
  }
  return relativeFinding(await byFreshLaunches(measured, measuring, onProgress))
}

/** The same comparison with launches as the unit. */
async function byFreshLaunches(
  measured: Omit<Measured, 'verdict' | 'launches'>,
  measuring: MeasureOptions & { readonly budgetSeconds: number },
  onProgress: Evaluation['onProgress'],
): Promise<Measured> {
  const { clause, alpha, a, b, boundary, sign, plan } = measured
  const launches: number[] = []
  const fresh = measureLaunches(contender(a, 'A'), contender(b, 'B'), plan, measuring)
  for await (const blocks of fresh) {
    const values = blocks.map(block => blockRatio(clause.quantity.metric, block, plan.statistic))
    launches.push(median(values))
    onProgress?.(`${clause.text}: launches disagree, launch ${launches.length} of ${freshLaunches}`)
    if (launches.length === freshLaunches) break
  }
  const distances = launches.map(value => sign * (value - boundary))
  const verdict = launchTest(distances, {
    boundary: 0,
    alphaViolated: alpha.violated,
    alphaUpheld: alpha.upheld,
  })
  return { ...measured, launches, ...(verdict !== 'inconclusive' && { verdict }) }
}

/** What two runs must have in common so that their evidence is about the same question. */
function questionOf({ clause, alpha }: Evaluation, a: Engine, b: Engine, boundary: number): unknown {
  const { metric } = clause.quantity
  return {
    metric,
    a: a.sha256,
    b: b.sha256,
    target: a.context.target,
    accelerator: a.context.accelerator,
    boundary,
    alpha,
    environment: environment(),
  }
}

function contender(engine: Engine, id: string): Contender {
  return { id, model: engine.model }
}

/** Boundary of d, and +1 where a larger d breaks the clause, -1 where a smaller one does. */
function boundaryOf(clause: Clause, factor: number, tolerance: number): { boundary: number; sign: 1 | -1 } {
  const { higherIsFaster } = speedMetrics[clause.quantity.metric]!
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
