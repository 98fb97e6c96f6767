import { copyModel } from '../onnx/copy-model.ts'
import { makeNode } from '../onnx/node.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { makeTensor } from '../onnx/tensor.ts'

export interface SpreadOptions {
  /** So many values of each tensor, at least a third of it. */
  readonly values: number
  /** Whether the smallest and the largest value of the whole tensor are among them, at the end. */
  readonly extremes?: boolean
  /** Whether the model gives the shape of each tensor as well, as `shapeName` of its row. */
  readonly shapes?: boolean
}

/** The tensor with the values of another one that `withSpread` picks. */
export const spreadName = (tensor: string) => `${tensor} spread`

export const shapeName = (row: string) => `${row} shape`

/** How far the values that are picked of a tensor of so many are apart: an odd distance, for an even one would stay within a few columns of a picture. */
export function spreadDistance(size: number, values: number): number {
  return 2 * Math.floor(size / values) + 1
}

/**
 * A model that also gives values of tensors at even distances, in a row each: of tensors so large that a part says as much.
 * What a tensor's shape is need not be known.
 *
 * @param tensors - names of tensors of the main graph, in its order, each with that of its row
 */
export function withSpread(
  model: ModelProto,
  tensors: ReadonlyMap<string, string>,
  { values, extremes = false, shapes = false }: SpreadOptions,
): ModelProto {
  const copy = copyModel(model)
  const graph = copy.graph!
  const constant = (name: string, value: bigint) => {
    graph.initializer.push(makeTensor(`spread ${name}`, [1], BigInt64Array.of(value)))
    return `spread ${name}`
  }
  const [one, two] = [constant('one', 1n), constant('two', 2n)]
  const [flat, count] = [constant('flat', -1n), constant('count', BigInt(values))]
  const [first, last] = [constant('first', 0n), constant('last', 2n ** 62n)]
  // The runtime computes what nobody reads from the last such node to the first, each with all that it needs. In this order
  // every row is made as soon as its tensor is there, which then can go.
  for (const [tensor, name] of [...tensors].toReversed()) {
    const add = (op: string, step: string, ...inputs: string[]) => {
      graph.node.push(makeNode(op, `${name} ${step}`, inputs, [`${name} ${step}`]))
      return `${name} ${step}`
    }
    // As `spreadDistance` says.
    const share = add('Div', 'share', add('Size', 'size', tensor), count)
    const distance = add('Add', 'distance', add('Mul', 'even', share, two), one)
    const row = add('Reshape', 'row', tensor, flat)
    const picked = add('Slice', 'picked', row, first, last, first, distance)
    const ends = extremes ? [add('ReduceMin', 'least', row), add('ReduceMax', 'most', row)] : []
    if (shapes) graph.node.push(makeNode('Shape', shapeName(name), [tensor], [shapeName(name)]))
    graph.node.push(makeNode('Concat', name, [picked, ...ends], [name], { axis: 0n }))
  }
  return copy
}
