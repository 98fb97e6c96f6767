import { isFloat, precisionOf } from '../../engine/engine-profile.ts'
import { intAttribute } from '../../onnx/attributes.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'

/** Below this, the integer kernels do not fill their vectors. */
const fewChannels = 16

/**
 * Depthwise convolutions and those with few channels, where INT8 takes longer than float does: there is little to
 * multiply per value that is read and rescaled.
 */
export const narrowInt8Layers: Cause = {
  name: 'narrow-int8-layers',
  find(comparison) {
    const { subject, rows } = comparison
    const { graph } = subject
    if (!graph) return undefined
    const extra = extraTime(comparison)
    const isNarrow = (node: NodeProto | undefined, inputs: number | undefined) =>
      node?.opType === 'Conv' && (intAttribute(node, 'group', 1) > 1 || (inputs ?? fewChannels) < fewChannels)
    const narrow = rows.flatMap(row =>
      row.other.some(layer => isFloat({ type: precisionOf(layer) }))
        ? row.subject.filter(
            layer =>
              layer.kind === 'compute' &&
              precisionOf(layer) === 'int8' &&
              (extra.get(layer) ?? 0) > 0 &&
              layer.nodes.some(name =>
                isNarrow(graph.node(name), channels(layer.inputs[0]?.shape, layer.op)),
              ),
          )
        : [],
    )
    if (narrow.length === 0) return undefined
    return {
      costs: costsOf(narrow, extra),
      sentence: `${countOf(narrow.length, 'convolution')} that ${verb(narrow.length, 'is', 'are')} depthwise or ${verb(narrow.length, 'has', 'have')} few channels ${verb(narrow.length, 'takes', 'take')} longer in INT8 than in float: ${listNames(narrow.map(({ nodes }) => nodes[0]!))}`,
      remedy: 'leave them in float, if the conversions around them do not cost more',
      remedyId: 'leave-in-float',
      moves: ['depthwise convolutions out', 'half of the layers out'],
    }
  },
}

/** Integer convolutions have their channels last. */
function channels(shape: readonly number[] | undefined, op: string): number | undefined {
  return op.startsWith('QLinear') ? shape?.at(-1) : shape?.[1]
}
