import type { NumericArray } from '../../src/data/ndarray.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../src/onnx/onnx_pb.ts'
import { floatData, tensorData } from '../../src/onnx/tensor.ts'

/** How often each operator occurs. */
export function operators({ graph }: ModelProto): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { opType } of graph!.node) counts[opType] = (counts[opType] ?? 0) + 1
  return counts
}

export function nodeNamed({ graph }: ModelProto, name: string): NodeProto {
  const node = graph!.node.find(node => node.name === name)
  if (!node) throw new Error(`no node ${name}`)
  return node
}

/** What a DequantizeLinear between a node's input and its source holds. */
export function dequantized(model: ModelProto, node: string, input: number) {
  const { producer, constants } = indexGraph(model.graph!)
  const dequantize = producer.get(nodeNamed(model, node).input[input]!)
  if (dequantize?.opType !== 'DequantizeLinear')
    throw new Error(`input ${input} of ${node} is not dequantized`)
  const [data, scale, zeroPoint] = dequantize.input.map(name => constants.get(name))
  return {
    dequantize,
    scales: floatData(scale!),
    ...(data && { integers: tensorData(data) }),
    ...(zeroPoint && { zeroPoints: tensorData(zeroPoint) }),
  }
}

/** Names of the float tensors that a QuantizeLinear reads, in graph order. */
export function quantizedTensors({ graph }: ModelProto): string[] {
  return graph!.node.flatMap(({ opType, input }) => (opType === 'QuantizeLinear' ? [input[0]!] : []))
}

/** Elements of any integer type as numbers, -0 as 0. */
export function numbers(elements: NumericArray | undefined): number[] {
  return Array.from((elements ?? []) as ArrayLike<number | bigint>, element => Number(element) + 0)
}
