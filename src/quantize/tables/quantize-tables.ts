import { copyMessage } from '../../onnx/copy-message.ts'
import { elementBytes } from '../../onnx/external-data/element-bytes.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { uniqueNodeNames, uniqueTensorNames } from '../../onnx/unique-names.ts'
import { quantizeWeights, weightScales } from '../weights.ts'

/**
 * Stores embedding tables in symmetric INT8 with one scale per row, in place: integers and scales are gathered by the same
 * indices and multiplied. Tables that are still read in float stay, and so do those with values that are no numbers.
 *
 * @param nodes - of this graph, as `embeddingTables` found them before pairs were inserted
 */
export function quantizeTables(graph: GraphProto, nodes: ReadonlySet<NodeProto>): void {
  const { constants, readers } = indexGraph(graph)
  const newTensor = uniqueTensorNames(graph)
  const newNode = uniqueNodeNames(graph)
  const stored = new Map<string, { readonly integers: string; readonly scales: string } | undefined>()
  const store = (name: string) => {
    if (readers.get(name)!.some(({ node }) => !nodes.has(node))) return undefined
    const table = quantizedTable(constants.get(name)!)
    if (!table) return undefined
    const add = (tensor: TensorProto, suffix: string) => {
      const added = copyMessage(tensor, { name: newTensor(`${name}_${suffix}`) })
      graph.initializer.push(added)
      return added.name
    }
    // A layer with the same weights may have stored the same integers.
    const same = graph.initializer.find(other => haveSameElements(other, table.integers))
    return {
      integers: same?.name ?? add(table.integers, 'quantized'),
      scales: add(table.scales, 'row_scale'),
    }
  }
  graph.node = graph.node.flatMap(node => {
    if (!nodes.has(node)) return [node]
    const [name = '', indices = ''] = node.input
    if (!stored.has(name)) stored.set(name, store(name))
    const found = stored.get(name)
    if (!found) return [node]
    const output = node.output[0]!
    const [integers, floats, scales] = ['quantized', 'quantized_float', 'row_scale'].map(suffix =>
      newTensor(`${output}_${suffix}`),
    )
    node.input = [found.integers, indices]
    node.output = [integers!]
    const named = (suffix: string) => newNode(`${node.name}_${suffix}`)
    return [
      node,
      makeNode('Cast', named('Cast'), [integers!], [floats!], { to: BigInt(DataType.FLOAT) }),
      makeNode('Gather', named('Scale'), [found.scales, indices], [scales!], { axis: 0n }),
      makeNode('Mul', named('Mul'), [floats!, scales!], [output]),
    ]
  })
}

interface QuantizedTable {
  readonly integers: TensorProto
  readonly scales: TensorProto
}

/** What a build makes again and again: dozens of its models differ in a few layers. */
const kept = new WeakMap<TensorProto, QuantizedTable | undefined>()

function quantizedTable(table: TensorProto): QuantizedTable | undefined {
  if (!kept.has(table)) kept.set(table, makeTable(table))
  return kept.get(table)
}

function makeTable(table: TensorProto): QuantizedTable | undefined {
  const data = floatData(table)
  if (!data.every(Number.isFinite)) return undefined
  const shape = tensorShape(table)
  const scales = weightScales(data, shape, 0)
  const { data: integers } = quantizeWeights(data, shape, 0, scales)
  return {
    integers: makeTensor('', shape, integers),
    scales: makeTensor('', [shape[0]!, 1], scales),
  }
}

function haveSameElements(a: TensorProto, b: TensorProto): boolean {
  return (
    a.dataType === b.dataType &&
    a.dims.join() === b.dims.join() &&
    Buffer.compare(elementBytes(a), elementBytes(b)) === 0
  )
}
