import { type PlanProfile, profilePlans } from '../../backends/tensorrt/plan/profile-plans.ts'
import type { Engine } from '../../builder/engine.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { openPair } from '../../measure/pair.ts'
import { repeatUntil } from '../../measure/repeat-until.ts'
import { type Explanation, explain } from '../explain.ts'
import { timedPair } from '../timed-pair.ts'
import { describeLayers, profiledLayers } from './profiled-layers.ts'

const defaultSeconds = 8
const mostBlocks = 30
const leastBlocks = 10
/** Where a block takes seconds, as with trtexec, it is of hundreds of queries. */
const leastLongBlocks = 5

/**
 * Times two TensorRT engines against each other, then profiles both and explains the difference. Nothing is profiled while
 * it is timed, nor timed while it is profiled.
 */
export async function explainPlans(
  a: Engine,
  b: Engine,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<Explanation> {
  const { seconds = defaultSeconds, target, signal } = options
  const [first, second] = [a, b].map(({ variant, model }) => ({ id: variant, model }))
  const pair = await openPair(first!, second!, { ...options, budgetSeconds: seconds })
  const least = pair.plan.seconds > 1 ? leastLongBlocks : leastBlocks
  const blocks = await repeatUntil(() => pair.nextBlock(), {
    least,
    most: mostBlocks,
    seconds,
    signal,
  }).finally(() => pair.stop())
  // As trtexec's times of a profiled engine are read: here nobody takes the device away.
  const { latency, difference } = timedPair(blocks, { latency: 'median', ratio: pair.plan.statistic })
  const profiles = await profilePlans([first!, second!], target, { signal })
  const explained = explain(
    engineProfile(a, profiles.get(a.variant)!, latency.a),
    engineProfile(b, profiles.get(b.variant)!, latency.b),
  )
  const { lower, upper } = difference
  return { ...explained, interval: { lower, upper }, interleaved: true }
}

function engineProfile(
  { variant, model, quantization, rebuilds = [] }: Engine,
  { profile, layers }: PlanProfile,
  latency: NonNullable<EngineProfile['latency']>,
): EngineProfile {
  const described = describeLayers(profile, layers)
  const unknown = described.filter(layer => layer === undefined).length
  return {
    name: variant,
    runtime: 'tensorrt',
    quantization,
    layers: profiledLayers(profile, described, `profile of ${model}`),
    latency,
    notes: [
      ...(rebuilds.length > 0 ? [`the first of ${rebuilds.length + 1} builds was profiled`] : []),
      ...(unknown > 0 ? [`${unknown} of ${described.length} layers are not described by the engine`] : []),
    ],
  }
}
