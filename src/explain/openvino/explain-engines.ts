import { type OpenvinoProfile, profileEngines } from '../../backends/openvino/profile-engines.ts'
import type { Engine } from '../../builder/engine.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { quantizedGraph } from '../../quantize/qdq/quantized-graph.ts'
import { type Explanation, explain } from '../explain.ts'
import { timeBoth } from '../time-both.ts'
import { profiledLayers } from './profiled-layers.ts'

/** Times two OpenVINO engines against each other, then profiles both in turns and explains the difference. */
export async function explainEngines(
  a: Engine,
  b: Engine,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<Explanation> {
  const { target, feeds, signal } = options
  const { latency, difference } = await timeBoth(a, b, options)
  const files = [a, b].map(({ variant, model }) => ({ id: variant, model }))
  const profiles = await profileEngines(files, target, { feeds, signal })
  const explained = explain(
    engineProfile(a, profiles.get(a.variant)!, latency.a),
    engineProfile(b, profiles.get(b.variant)!, latency.b),
  )
  const { lower, upper } = difference
  return { ...explained, interval: { lower, upper }, interleaved: true }
}

function engineProfile(
  { variant }: Engine,
  profile: OpenvinoProfile,
  latency: NonNullable<EngineProfile['latency']>,
): EngineProfile {
  const { model } = profile
  return {
    name: variant,
    runtime: 'openvino',
    quantization: hasQdq(model) ? 'explicit' : 'none',
    layers: profiledLayers(profile),
    latency,
    operators: new Map(model.graph!.node.map(({ name, output, opType }) => [name || output[0]!, opType])),
    graph: quantizedGraph(model),
  }
}
