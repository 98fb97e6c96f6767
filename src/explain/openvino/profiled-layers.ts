import { precisionOf } from '../../backends/openvino/engine-layer.ts'
import type { OpenvinoProfile, ProfiledStep } from '../../backends/openvino/profile-engines.ts'
import type { LayerTensor, ProfiledLayer } from '../../engine/engine-profile.ts'
import { isQdq } from '../../quantize/qdq/has-qdq.ts'

/** Steps that only change the element type or the memory layout. */
const conversions = new Set(['Reorder', 'Convert', 'FakeQuantize', 'Quantize', 'Dequantize'])

/** The steps of an engine in the words of every runtime, in the order of running. */
export function profiledLayers({ model, steps }: OpenvinoProfile): ProfiledLayer[] {
  const qdq = new Set(model.graph!.node.flatMap(node => (isQdq(node) ? [node.name || node.output[0]!] : [])))
  const outputs = new Map(steps.map(step => [step.name, outputsOf(step)]))
  return steps.map(step => {
    const compute = step.nodes.filter(node => !qdq.has(node))
    const isConversion = compute.length === 0 && (conversions.has(step.layerType) || step.nodes.length > 0)
    return {
      name: step.name,
      op: step.layerType,
      kind: isConversion ? 'conversion' : 'compute',
      nodes: isConversion ? step.nodes : compute,
      inputs: inputsOf(step, outputs),
      outputs: outputs.get(step.name)!,
      microseconds: step.microseconds,
    }
  })
}

/** What a step reads of other steps; the plugin tells the type of the first, which its kernel takes. */
function inputsOf(
  { inputs, runtimePrecision }: ProfiledStep,
  outputs: ReadonlyMap<string, readonly LayerTensor[]>,
): LayerTensor[] {
  const read = inputs.flatMap(([name, output]): LayerTensor[] => {
    const made = outputs.get(name)
    return made ? [made[output] ?? made[0]!] : []
  })
  const [first, ...others] = read
  const name = inputs[0]?.[0] ?? ''
  return [{ ...(first ?? { name }), type: precisionOf(runtimePrecision) }, ...others]
}

function outputsOf({ name, outputPrecisions, outputLayouts, shapes }: ProfiledStep): LayerTensor[] {
  const layouts = outputLayouts.split(',')
  return outputPrecisions.split(',').map((type, output) => ({
    name: output === 0 ? name : `${name}:${output}`,
    type: precisionOf(type),
    ...(shapes[output] && { shape: shapes[output] }),
    ...(layouts[output] && { layout: layouts[output] }),
  }))
}
