import type { Reader } from '../../onnx/graph.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { ActivationSite, Placement, PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'

/** A habit of tools that serve TensorRT: pairs on inputs only. */
export interface InputRule {
  readonly description: string
  /** The input of a node that gets a pair, or several; undefined if the node stays in float. */
  readonly quantizedInput: (model: PlacementModel, node: NodeProto) => number | readonly number[] | undefined
  /** Whether a reader gets a pair of its own; the others share one per tensor. */
  readonly hasOwnPair: (reader: Reader) => boolean
}

/**
 * A placement with pairs on the inputs of operators and none on their outputs: TensorRT fuses a convolution with the
 * batch norm, activation or Add behind it, and a Q in between would split them; the next consumer's Q does that work.
 * All symmetric INT8; weights stay float with a pair, TensorRT quantizes them itself; biases have no pair.
 */
export function onInputs({ description, quantizedInput, hasOwnPair }: InputRule): Placement {
  return {
    description,
    activations: 'int8-symmetric',
    weights: 'float',
    contribOps: false,

    quantizable: model => model.graph.node.filter(node => quantizedInput(model, node) !== undefined),

    sites: (model, int8) => {
      const made = model.graph.node.flatMap(({ output }) => output)
      const activations = [...model.inputs.map(({ name }) => name), ...made].flatMap(
        (tensor): ActivationSite[] => {
          const readers = (model.readers.get(tensor) ?? []).filter(
            ({ node, input }) => int8.has(node) && [quantizedInput(model, node)].flat().includes(input),
          )
          const shared = readers.filter(reader => !hasOwnPair(reader))
          const groups = [
            ...(shared.length > 0 ? [shared] : []),
            ...readers.filter(hasOwnPair).map(each => [each]),
          ]
          return groups.map(group => ({ tensor, rangeOf: tensor, readers: group }))
        },
      )
      const weights = [...int8].filter(node => weightedNode(model, node)).map(node => ({ node, bias: false }))
      return { activations, weights }
    },
  }
}
