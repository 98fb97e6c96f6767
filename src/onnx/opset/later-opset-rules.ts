import { attribute, makeAttribute } from '../attributes.ts'
import { copyMessage } from '../copy-message.ts'
import type { NodeProto } from '../onnx_pb.ts'
import { asInput, type OpsetRule, type RaisedGraph } from './opset-rules.ts'

const moveAxes: OpsetRule = {
  changedIn: 18,
  raise: (node: NodeProto, graph: RaisedGraph) => asInput(node, graph, 'axes'),
}

/** The same for opset 19 and models of 13 to 18. ReduceSum had its axes as an input before. */
export const laterOpsetRules: Readonly<Record<string, OpsetRule>> = {
  BatchNormalization: {
    changedIn: 14,
    raise: node => (node.output.length > 1 ? 'it gives statistics of a training' : [node]),
  },
  ReduceL1: moveAxes,
  ReduceL2: moveAxes,
  ReduceLogSum: moveAxes,
  ReduceLogSumExp: moveAxes,
  ReduceMax: moveAxes,
  ReduceMean: moveAxes,
  ReduceMin: moveAxes,
  ReduceProd: moveAxes,
  ReduceSumSquare: moveAxes,
  // The half pixel became the default.
  RoiAlign: {
    changedIn: 16,
    raise: node => [withDefault(node, 'coordinate_transformation_mode', 'output_half_pixel')],
  },
  // How many parts there are was told by the outputs.
  Split: {
    changedIn: 18,
    raise: node => [node.input[1] ? node : withDefault(node, 'num_outputs', BigInt(node.output.length))],
  },
}

function withDefault(node: NodeProto, name: string, value: Parameters<typeof makeAttribute>[1]): NodeProto {
  if (attribute(node, name)) return node
  return copyMessage(node, { attribute: [...node.attribute, makeAttribute(name, value)] })
}
