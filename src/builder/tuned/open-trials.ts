import { join } from 'node:path'
import type { AnyTarget } from '../../backends/backends.ts'
import { backendOf } from '../../backends/backends.ts'
import type { CompileSource } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { compareSpeed } from '../../measure/compare-speed.ts'
import { successiveHalving } from '../../measure/successive-halving.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { countOf } from '../../words.ts'
import { buildEnvironment } from '../cache/build-key.ts'
import { cached } from '../cache/cache.ts'
import { hashModel } from '../cache/hash.ts'
import { targetKey } from '../cache/target-key.ts'
import { engineFile } from '../compiled/copy-engine.ts'
import { signatureOf } from '../compiled/signature-of.ts'
import { timingCacheOf } from '../compiled/timing-cache.ts'
import type { BuildTask } from '../task.ts'
import { type TimeLimit, timeLeft } from '../time-limit.ts'
import { timedFeeds } from '../timed-feeds.ts'
import type { BuiltPlan, ConfirmingTrials } from './confirm-plan.ts'
import { type PairPlan, planKey } from './pair-plan.ts'
import type { PlanBounds } from './plan-bounds.ts'
import type { PlanTrials, TriedPlan } from './search-plans.ts'

/** Seconds that plans are timed in turns for one ranking, and that the best one is compared with the implicit engine; of a usual build. */
const rankingSeconds = 6
const comparisonSeconds = 6

/** Builds and times plans on the device, and remembers the engines of the cache. */
export interface Trials extends PlanTrials, ConfirmingTrials {
  /** The implicit engine whose layers tell where INT8 gains, or why there is none. */
  buildImplicit(): Promise<{ readonly engine: string } | { readonly reason: string }>
  /** What came of it, a sentence each. */
  summary(
    best: TriedPlan,
    ranked: readonly TriedPlan[],
    { engine, implicit }: { readonly engine: BuiltPlan; readonly implicit: string | undefined },
  ): Promise<string[]>
  /** Why plans that were fast are not taken, a sentence each. */
  readonly refused: readonly string[]
}

export interface TrialOptions {
  readonly modelOf: (plan: PairPlan) => ModelProto
  readonly target: AnyTarget
  /** Builds in all. */
  readonly builds: number
  readonly time: TimeLimit
  readonly bounds: PlanBounds | undefined
  /** Of all float activations, for the implicit build. */
  readonly scales: ReadonlyMap<string, number>
}

/** Opens the trials of a search. */
export async function openTrials(
  { modelOf, target, builds: most, time, bounds, scales }: TrialOptions,
  task: BuildTask,
): Promise<Trials> {
  const { context, source, signal } = task
  const { seed } = context
  const strong = { ...target, typing: 'strong' } as AnyTarget
  const engines = new Map<string, BuiltPlan>()
  /** Plans that could not be built, by the reason. */
  const failed = new Map<string, string[]>()
  const refused: string[] = []
  let builds = 0

  /** @param fresh - number of a build that takes over no timings; 0 if it shares those of the contract */
  const compile = async (
    from: CompileSource,
    model: string,
    on: AnyTarget,
    fresh = 0,
  ): Promise<Omit<BuiltPlan, 'plan'>> => {
    const { sha256 } = await hashModel(model)
    const key = {
      kind: 'engine of a search',
      environment: buildEnvironment(),
      sha256,
      quantization: from.quantization,
      scales: from.scales && [...from.scales],
      target: targetKey(on),
      accelerator: context.accelerator,
      ...(fresh > 0 && { fresh }),
    }
    const { directory, record } = await cached(key, async directory => {
      const notes = await backendOf(on).compile!(from, join(directory, engineFile), on, {
        timingCache: fresh > 0 ? join(task.scratch, `fresh-${fresh}.cache`) : timingCacheOf(context, 1),
        signal,
        onProgress: line => task.onProgress?.(`${task.variant}: ${line}${timeLeft(time)}`),
      })
      return { notes }
    })
    return { engine: join(directory, engineFile), notes: record.notes }
  }
  const failures = () =>
    [...failed].map(([reason, plans]) => `${plans.join('; ')} could not be built: ${reason}`)
  const engineOf = (plan: PairPlan) => engines.get(planKey(plan))!
  const compilePlan = async (plan: PairPlan, fresh: number): Promise<BuiltPlan | undefined> => {
    const again = fresh > 0 ? ' once more, without earlier timings' : ''
    task.onProgress?.(`${task.variant}: build ${++builds} of ${most}, ${plan.name}${again}${timeLeft(time)}`)
    const model = join(task.scratch, `tuned-${builds}.onnx`)
    await writeModel(modelOf(plan), model, { temporary: true })
    const from = { model, quantization: 'explicit', ...(await signatureOf(model, signal)) } as const
    try {
      return { plan, ...(await compile(from, model, plan.half ? strong : target, fresh)) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      // Files of a scratch folder say nothing to a reader.
      const reason = error.message.replace(`${model}: building: `, '').replaceAll(model, 'its model')
      failed.set(reason, [...(failed.get(reason) ?? []), `${plan.name}${again}`])
      return undefined
    }
  }
  const timed = async (files: readonly string[]): Promise<{ file: number; milliseconds: number }[]> => {
    const contenders = files.map((model, file) => ({ id: String(file), model }))
    // Places are among two or more.
    if (files.length === 1) contenders.push({ id: '1', model: files[0]! })
    const places = await successiveHalving(contenders, { ...options, seconds: time.part(rankingSeconds) })
    return places.flatMap(({ id, milliseconds }) =>
      Number(id) < files.length ? [{ file: Number(id), milliseconds }] : [],
    )
  }
  const options = {
    feeds: timedFeeds({ context, inputs: source.inputs }),
    target: context.target,
    seed,
    signal,
  }
  const isWithin = async ({ plan, engine }: BuiltPlan): Promise<boolean> => {
    if (!bounds) return true
    task.onProgress?.(`${task.variant}: ${plan.name} is the fastest, ${bounds.doing}${timeLeft(time)}`)
    const excess = await bounds.excess(engine)
    if (excess !== undefined) refused.push(`${plan.name} was faster and is not taken: ${excess}`)
    return excess === undefined
  }

  return {
    refused,
    isTime: () => time.left() > 0,

    async build(plan) {
      const built = await compilePlan(plan, 0)
      if (built) engines.set(planKey(plan), built)
      return built !== undefined
    },

    async rank(plans) {
      if (plans.length === 0) {
        throw new InputError(`variant \`${task.variant}\`: no plan could be built: ${failures().join('; ')}`)
      }
      task.onProgress?.(`${task.variant}: timing ${countOf(plans.length, 'plan')} in turns`)
      const places = await timed(plans.map(plan => engineOf(plan).engine))
      return places.map(({ file, milliseconds }) => ({ plan: plans[file]!, milliseconds }))
    },

    holds: plan => isWithin(engineOf(plan)),

    engineOf,
    rebuild: compilePlan,
    isWithin,

    async rankBuilds(built) {
      task.onProgress?.(`${task.variant}: timing ${built.length} builds in turns`)
      const places = await timed(built.map(({ engine }) => engine))
      return places.map(({ file, milliseconds }) => ({ built: built[file]!, milliseconds }))
    },

    async buildImplicit() {
      const weak = { ...target, typing: 'weak' } as AnyTarget
      const from = {
        model: source.path,
        quantization: 'implicit',
        scales,
        ...(await signatureOf(source.path, signal)),
      } as const
      try {
        return await compile(from, source.path, weak)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return { reason: `there is no implicit engine to follow: ${error.message}` }
      }
    },

    async summary(best, ranked, { engine, implicit }) {
      const others = ranked
        .filter(tried => tried !== best)
        .map(({ plan, milliseconds }) => {
          const share = best.milliseconds / milliseconds
          return `${plan.name} ${share.toFixed(3)}`
        })
      const isCutShort = builds < most && time.left() <= 0
      const which = refused.length > 0 ? 'the fastest that holds its bounds' : 'the fastest'
      const lines = [
        `${best.plan.name} was ${which} of ${countOf(ranked.length, 'plan')} in ${countOf(builds, 'build')}${others.length > 0 ? `; fps of the others relative to it: ${others.join(', ')}` : ''}`,
        ...refused,
        ...failures(),
        ...(isCutShort
          ? [
              `the search ended after ${builds} of ${most} builds, because its ${time.seconds} s were over: allow more \`buildTime\``,
            ]
          : []),
      ]
      if (implicit === undefined) return lines
      task.onProgress?.(`${task.variant}: comparing ${engine.plan.name} with the implicit engine`)
      const { ratio, lower, upper } = await compareSpeed(
        { id: 'tuned', model: engine.engine },
        { id: 'implicit', model: implicit },
        { ...options, seed: seed + 1, seconds: time.part(comparisonSeconds) },
      )
      return [
        `${ratio.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}] of the fps of the implicit engine that it started from`,
        ...lines,
      ]
    },
  }
}
