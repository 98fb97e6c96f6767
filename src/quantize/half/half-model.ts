import { InputError } from '../../errors.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../onnx/onnx_pb.ts'
import { raiseOpset } from '../../onnx/opset/raise-opset.ts'
import { elementTypes } from '../../onnx/types/element-types.ts'
import { removeUnusedConstants } from '../rewrites/remove-unused.ts'
import { castGraph } from './cast-graph.ts'
import { chooseHalfNodes } from './choose-half-nodes.ts'
import { holdWeightScales } from './hold-weight-scales.ts'

/** A node that stays in 32-bit floats, although the model is in half. */
export interface FloatNode {
  readonly name: string
  readonly op: string
  /** Why, as a clause with the node as its subject. */
  readonly reason: string
}

export interface HalfModel {
  readonly model: ModelProto
  /** In graph order. */
  readonly inFloat: readonly FloatNode[]
}

/** From here on Q and DQ take 16-bit floats. */
const leastOpset = 19

/**
 * A copy of a model in which 32-bit floats are 16-bit ones: what is stored, and what is computed. What the caller feeds and
 * gets stays as it is, behind a Cast, and so does what half cannot compute.
 *
 * @param magnitudeOf - the largest magnitude of a tensor, if it is known
 * @throws InputError if the model cannot be written in opset 19
 */
export function halfModel(
  model: ModelProto,
  magnitudeOf: (tensor: string) => number | undefined = () => undefined,
): HalfModel {
  const { model: raised, failed } = raiseOpset(model, leastOpset)
  if (failed) {
    throw new InputError(
      `node ${failed.node} (${failed.op}) cannot be written in opset ${leastOpset}, from which on Q/DQ nodes take half: ${failed.reason}; export the model again with a newer opset, or leave half out`,
    )
  }
  const index = indexGraph(holdWeightScales(raised.graph!))
  const types = elementTypes(index)
  const isFloat = (name: string) => types.get(name) === DataType.FLOAT
  const isHalf = (name: string) => types.get(name) === DataType.FLOAT16
  const { half, inFloat } = chooseHalfNodes(index, isFloat, isHalf, magnitudeOf)
  const graph = castGraph(index, { isFloat, isHalf, half })
  removeUnusedConstants(graph)
  return {
    model: copyMessage(raised, { graph }),
    inFloat: [...inFloat].map(([{ name, output, opType: op }, reason]) => ({
      name: name || output[0]!,
      op,
      reason,
    })),
  }
}
