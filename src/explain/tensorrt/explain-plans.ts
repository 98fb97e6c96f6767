import { type PlanProfile, profilePlans } from '../../backends/tensorrt/plan/profile-plans.ts'
import type { Engine } from '../../builder/engine.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { type Explanation, explain } from '../explain.ts'
import { timeBoth } from '../time-both.ts'
import { describeLayers, profiledLayers } from './profiled-layers.ts'

/**
 * Times two TensorRT engines against each other, then profiles both and explains the difference. Nothing is profiled while
 * it is timed, nor timed while it is profiled.
 */
export async function explainPlans(
  a: Engine,
  b: Engine,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<Explanation> {
  const { target, signal } = options
  const { latency, difference } = await timeBoth(a, b, options)
  const files = [a, b].map(({ variant, model }) => ({ id: variant, model }))
  const profiles = await profilePlans(files, target, { signal })
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
