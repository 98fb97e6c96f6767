import { copyMessage } from '../../onnx/copy-message.ts'
import { indexGraph } from '../../onnx/graph.ts'
import type { GraphProto, ModelProto } from '../../onnx/onnx_pb.ts'
import type { AffineParameters } from '../affine.ts'
import { nameNodes } from '../name-nodes.ts'
import { insertQdq } from '../qdq/insert-qdq.ts'
import { affineTensors } from '../qdq/qdq-tensors.ts'
import { quantizedGraph } from '../qdq/quantized-graph.ts'
import { weightedOperators } from '../weighted-operators.ts'
import { quantizeBiases } from './quantize-biases.ts'

/**
 * A copy of a Q/DQ model in which each of the tensors has one pair through which everything reads it, instead of the
 * pairs that it has; undefined parameters take the pairs away and leave none. Integer biases of the layers that read it
 * follow to the steps of their accumulators.
 *
 * @param wanted - by names of float tensors, in front of any Q
 */
export function requantize(
  model: ModelProto,
  wanted: ReadonlyMap<string, AffineParameters | undefined>,
): ModelProto {
  const copy = nameNodes(model)
  const graph = copy.graph!
  const domain = graph.node.find(({ opType }) => opType === 'QuantizeLinear')?.domain ?? ''
  for (const tensor of wanted.keys()) removePairs(graph, tensor)
  const sites = [...wanted].flatMap(([tensor, parameters]) =>
    parameters ? [{ tensor, ...affineTensors(parameters), readers: 'all' as const }] : [],
  )
  insertQdq(graph, sites, domain)
  const read = sites.map(({ tensor }) => tensor)
  return quantizeBiases(copy, biasedReaders(copy, read))
}

/** Names of the weighted nodes that read one of the tensors through its pair and have an integer bias. */
function biasedReaders(model: ModelProto, tensors: readonly string[]): ReadonlySet<string> {
  const graph = quantizedGraph(model)
  const dequantized = tensors.flatMap(tensor =>
    graph
      .quantizers(tensor)
      .flatMap(quantize => graph.dequantizers(quantize).map(({ output }) => output[0]!)),
  )
  const readers = dequantized.flatMap(tensor => graph.readers.get(tensor) ?? [])
  const biased = readers.filter(
    ({ node, input }) =>
      input === 0 && weightedOperators.has(node.opType) && graph.dequantize(node.input[2]) !== undefined,
  )
  return new Set(biased.map(({ node }) => node.name))
}

/** Lets everything that reads a tensor through a pair read it directly, in place. */
function removePairs(graph: GraphProto, tensor: string): void {
  const { readers, outputs } = indexGraph(graph)
  const removed = new Set<unknown>()
  for (const { node: quantize } of readers.get(tensor) ?? []) {
    if (quantize.opType !== 'QuantizeLinear') continue
    const integers = readers.get(quantize.output[0]!) ?? []
    const pairs = integers.filter(({ node }) => node.opType === 'DequantizeLinear')
    // Integers that something else reads, and values that leave the graph by their name, stay.
    const keep = pairs.filter(({ node }) => outputs.has(node.output[0]!))
    for (const { node: dequantize } of pairs) {
      if (keep.some(({ node }) => node === dequantize)) continue
      for (const { node, input } of readers.get(dequantize.output[0]!) ?? []) {
        if (input !== undefined) node.input[input] = tensor
      }
      removed.add(dequantize)
    }
    if (keep.length === 0 && pairs.length === integers.length) removed.add(quantize)
  }
  graph.node = graph.node.filter(node => !removed.has(node)).map(node => copyMessage(node))
}
