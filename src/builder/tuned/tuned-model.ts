import { dirname } from 'node:path'
import { InputError } from '../../errors.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { halfModel } from '../../quantize/half/half-model.ts'
import { placementModel } from '../../quantize/placement.ts'
import { quantizableForm } from '../../quantize/quantizable-form.ts'
import { quantizeAt } from '../../quantize/quantize-at.ts'
import type { Ranges } from '../../quantize/ranges.ts'
import { countOf } from '../../words.ts'
import { buildEnvironment } from '../cache/build-key.ts'
import { cached } from '../cache/cache.ts'
import { targetKey } from '../cache/target-key.ts'
import { copyEngine } from '../compiled/copy-engine.ts'
import { implicitScales } from '../compiled/implicit-scales.ts'
import { compiledMethod } from '../source/calibrated-ranges.ts'
import { refuseBroken } from '../source/refuse-broken.ts'
import type { BuildTask } from '../task.ts'
import { timeLimit } from '../time-limit.ts'
import type { ExplicitVariant } from '../variant.ts'
import { confirmingBuilds, confirmPlan } from './confirm-plan.ts'
import { openTrials } from './open-trials.ts'
import { type PairPlan, sitesOfPlan } from './pair-plan.ts'
import { openPlanBounds } from './plan-bounds.ts'
import { usualSearchSeconds, usualTrials } from './search-limits.ts'
import { searchPlans } from './search-plans.ts'
import { startPlans } from './start-plans.ts'

/** What a search has found. */
interface FoundPlan {
  readonly plan: PairPlan
  /** A sentence each. */
  readonly notes: readonly string[]
}

/** The explicit model that was the fastest of those tried. */
export interface TunedModel extends FoundPlan {
  readonly model: ModelProto
  /** Folder of its engine. */
  readonly engine: string
}

/**
 * Finds the Q/DQ pairs with which TensorRT's engine is fastest: starts from what its own implicit engine runs in INT8, from
 * pairs everywhere and from half alone, and changes the fastest, a build and a timing in turns for each change.
 *
 * The search is kept: the same model, data, device and limits give its plan again.
 *
 * @throws InputError if nothing could be built, or no plan holds the bounds on outputs and accuracy
 */
export async function tunedModel(variant: ExplicitVariant, task: BuildTask): Promise<TunedModel> {
  const { source, context } = task
  const { target } = context
  const float = await readModel(source.path)
  refuseBroken(float, source.path)
  const form = quantizableForm(float)
  const known = placementModel(form.model)
  const calibration = variant.calibration ?? compiledMethod
  const { scales, notes } = await implicitScales({ quantization: 'implicit', calibration }, float, task)
  const ranges: Ranges = new Map(
    [...scales].map(([tensor, scale]) => [tensor, { min: -127 * scale, max: 127 * scale }]),
  )
  const modelOf = (plan: PairPlan) => {
    const quantized = quantizeAt(form, graph => ({ sites: sitesOfPlan(plan, graph), ranges }))
    return plan.half ? halfModel(quantized, tensor => 127 * (scales.get(tensor) ?? 0)).model : quantized
  }
  const builds = variant.trials ?? usualTrials
  const key = {
    kind: 'confirmed plan',
    environment: buildEnvironment(),
    model: source.sha256,
    scales: [...scales],
    target: targetKey(target),
    accelerator: context.accelerator,
    builds,
    bounds: [variant.outputError, variant.maxAccuracyDrop],
    judged: [context.guard?.data.sha256, context.guard?.data.size, context.evaluation?.sha256],
  }
  const search = async (directory: string): Promise<FoundPlan> => {
    const time = timeLimit(variant.buildTime ?? usualSearchSeconds)
    const bounds = await openPlanBounds(variant, task)
    const trials = await openTrials({ modelOf, target, builds, time, bounds, scales }, task)
    const start = await startPlans(known, { target, trials, scales, model: source.path })
    const fresh = confirmingBuilds(builds)
    const found = await searchPlans(start.plans, known, trials, { builds: builds - fresh })
    const { best, ranked } = found
    if (!best) {
      throw new InputError(
        `variant \`${task.variant}\`: none of ${countOf(ranked.length, 'plan')} answers as it has to: ${trials.refused.join('; ')}; allow more \`trials\`, or another \`outputError\` or \`maxAccuracyDrop\``,
      )
    }
    const { engine, notes: confirmed } = await confirmPlan({ ...found, best }, trials, fresh)
    const told = await trials.summary(best, ranked, { engine, implicit: start.implicit })
    await copyEngine(dirname(engine.engine), directory)
    return { plan: engine.plan, notes: [...engine.notes, ...told, ...confirmed, ...start.notes] }
  }
  const { record, directory } = await cached(key, search)
  return { ...record, engine: directory, model: modelOf(record.plan), notes: [...record.notes, ...notes] }
}
