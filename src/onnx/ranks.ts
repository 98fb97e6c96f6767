import { attribute } from './attributes.ts'
import type { GraphIndex } from './graph.ts'
import type { NodeProto, ValueInfoProto } from './onnx_pb.ts'
import { isDefaultDomain } from './opset/opset.ts'
import { tensorShape } from './tensor.ts'

/** Number of axes by tensor name; tensors whose rank cannot be told are absent. */
export type Ranks = ReadonlyMap<string, number>

/** Ranks of the tensors of a graph: what the file states, and what follows from the operators that networks use most. */
export function ranks({ graph, constants }: GraphIndex): Ranks {
  const known = new Map<string, number>()
  for (const value of [...graph.valueInfo, ...graph.input, ...graph.output]) {
    const rank = statedRank(value)
    if (rank !== undefined) known.set(value.name, rank)
  }
  for (const [name, tensor] of constants) known.set(name, tensor.dims.length)
  for (const node of graph.node) {
    const rank = outputRank(node)
    if (rank === undefined) continue
    for (const name of node.output) if (name && !known.has(name)) known.set(name, rank)
  }
  return known

  function outputRank(node: NodeProto): number | undefined {
    if (!isDefaultDomain(node.domain)) return undefined
    const rankOf = (input: number) => known.get(node.input[input] ?? '')
    if (sameAsFirst.has(node.opType)) return rankOf(0)
    switch (node.opType) {
      case 'Conv':
      case 'ConvTranspose':
        return rankOf(1)
      case 'Gemm':
      case 'Flatten':
        return 2
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div':
      case 'MatMul': {
        const [a, b] = [rankOf(0), rankOf(1)]
        return a === undefined || b === undefined ? undefined : Math.max(a, b)
      }
      case 'Transpose':
        return attribute(node, 'perm')?.ints.length ?? rankOf(0)
      case 'Reshape': {
        const shape = constants.get(node.input[1] ?? '')
        return shape && tensorShape(shape)[0]
      }
    }
    return undefined
  }
}

const sameAsFirst = new Set([
  'AveragePool',
  'BatchNormalization',
  'Cast',
  'Clip',
  'Concat',
  'Dropout',
  'Elu',
  'Erf',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'Identity',
  'LeakyRelu',
  'MaxPool',
  'PRelu',
  'Pad',
  'Relu',
  'Resize',
  'Sigmoid',
  'Slice',
  'Softmax',
  'Split',
  'Sqrt',
  'Tanh',
  'Upsample',
])

function statedRank({ type }: ValueInfoProto): number | undefined {
  return type?.value.case === 'tensorType' ? type.value.value.shape?.dim.length : undefined
}
