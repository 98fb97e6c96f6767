import type { Reader } from '../../onnx/graph.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { IntegerFormat } from '../affine.ts'
import type { ActivationSite, Placement, PlacementModel, PlacementSites } from '../placement.ts'
import type { Range } from '../ranges.ts'
import { weightedNode } from '../weighted-node.ts'
import { foldedActivation } from './folded-activation.ts'
import { type OperatorSupport, operatorSupport } from './onnxruntime-operators.ts'

/**
 * Pairs where ONNX Runtime's CPU provider needs them to run integer kernels: on all inputs of an INT8 node, and on its
 * output, so that nothing but a Q reads what the node writes. A Relu or Clip goes before the Q; operators that only
 * move values between INT8 nodes get equal parameters on both sides and stay in integers.
 */
export const onnxruntime: Placement = {
  description: 'ONNX Runtime on CPUs: UINT8 activations, pairs where integer kernels fuse',
  activations: 'uint8',
  weights: 'int8',

  quantizable: model =>
    model.graph.node.filter(node => {
      const kind = operatorSupport(model, node)?.kind
      return kind === 'weighted' || kind === 'kernel'
    }),

  sites: (model, int8, format) => {
    const supports = new Map(model.graph.node.map(node => [node, operatorSupport(model, node)]))
    return placeSites({ ...model, supports, int8, format })
  },
}

interface Task extends PlacementModel {
  readonly supports: ReadonlyMap<NodeProto, OperatorSupport | undefined>
  readonly int8: ReadonlySet<NodeProto>
  readonly format: IntegerFormat
}

function placeSites(task: Task): PlacementSites {
  const { graph, int8 } = task
  const writers = integerWriters(task)
  const moves = movesBetweenIntegers(task, writers)
  const readers = integerReaders(task, node => int8.has(node) || moves.has(node))

  // Every tensor that an integer kernel reads or writes, in graph order, with what decides its parameters.
  const activations: ActivationSite[] = []
  const sourceOf = (tensor: string): string => {
    const maker = task.producer.get(tensor)
    return maker && moves.has(maker) ? sourceOf(maker.input[0]!) : tensor
  }
  const site = (tensor: string) => {
    const rangeOf = sourceOf(tensor)
    const bounds = writers.get(rangeOf)?.bounds
    const maker = task.producer.get(tensor)
    const whole = writers.has(tensor) || (maker !== undefined && moves.has(maker))
    const read = readers.get(tensor) ?? []
    if (whole || read.length > 0) {
      activations.push({ tensor, rangeOf, ...(bounds && { bounds }), readers: whole ? 'all' : read })
    }
  }
  return { activations, weights: [] }
}
