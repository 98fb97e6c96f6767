import { isInt8, type LayerTensor, type ProfiledLayer } from '../../engine/engine-profile.ts'
import { countOf, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'
import { operatorOf } from '../operator-of.ts'

/**
 * Conversions at the inputs of a Concat: branches with scales of their own are requantized one by one before they can
 * stand side by side (NVIDIA/TensorRT#4366, yolo_deepstream's guide to QAT).
 */
export const concatRequantization: Cause = {
  name: 'concat-requantization',
  find(comparison) {
    const { subject } = comparison
    if (subject.quantization !== 'explicit') return undefined
    const { readersOf, producersOf, conversionsBefore } = layerGraph(subject.layers)
    const isConcat = ({ nodes }: ProfiledLayer) =>
      nodes.some(node => /^(concat|cat)$/i.test(operatorOf(node, subject)))
    // TensorRT copies branches into place: then several layers write one tensor, and no layer is left of the Concat.
    const writesPart = (layer: ProfiledLayer) =>
      readersOf(layer).some(reader => {
        const read = new Set(reader.inputs.map(({ name }) => name))
        const shared = layer.outputs.filter(({ name }) => read.has(name))
        return shared.some(
          ({ name }) =>
            producersOf(reader).filter(({ outputs }) => outputs.some(output => output.name === name)).length >
            1,
        )
      })
    // Where scales are equal a branch that others read too is still copied into place, by a layer of no node.
    const isQdq = ({ nodes }: ProfiledLayer) => nodes.length > 0
    // A Q behind a kernel that writes float is there whatever the scales are.
    const wasInt8 = (tensor: LayerTensor) =>
      [tensor, ...conversionsBefore(tensor).flatMap(({ inputs }) => inputs)].some(isInt8)
    const conversions = subject.layers.filter(
      layer =>
        layer.kind === 'conversion' &&
        isQdq(layer) &&
        layer.microseconds > 0 &&
        layer.inputs.some(wasInt8) &&
        layer.outputs.some(isInt8) &&
        (readersOf(layer).some(isConcat) || writesPart(layer)),
    )
    if (conversions.length === 0) return undefined
    return {
      costs: costsOf(conversions, extraTime(comparison)),
      sentence: `${countOf(conversions.length, 'input')} of a Concat ${verb(conversions.length, 'is', 'are')} quantized anew, because the branches have scales of their own`,
      remedy: 'give all inputs of a Concat, and what it writes, the same scale',
    }
  },
}
