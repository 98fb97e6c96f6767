import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { QuantizedGraph } from '../../quantize/qdq/quantized-graph.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'

/**
 * Pairs the nodes of two models of one network by what they write: nodes of one operator that make the tensor of the same
 * name. Tools that rewrite a model - put Q/DQ pairs in, fold constants - number nodes anew and leave tensors their names.
 *
 * @returns name in `a` -> name in `b`; undefined if the weighted nodes of both models do not write the same tensors:
 * then their tensors were named by different exporters, and equal names are chance
 */
export function matchByTensors(a: EngineProfile, b: EngineProfile): Map<string, string> | undefined {
  if (!a.graph || !b.graph) return undefined
  const [writersA, writersB] = [writers(a.graph), writers(b.graph)]
  const weighted = (written: ReadonlyMap<string, NodeProto>) =>
    [...written].flatMap(([key, { opType }]) => (weightedOperators.has(opType) ? [key] : []))
  const ofA = weighted(writersA)
  if (ofA.length === 0 || ofA.toSorted().join() !== weighted(writersB).toSorted().join()) return undefined
  return new Map(
    [...writersA].flatMap(([key, { name }]): [string, string][] => {
      const partner = writersB.get(key)
      return partner ? [[name, partner.name]] : []
    }),
  )
}

/** Nodes by operator and first tensor that they write, as a model without Q/DQ pairs calls it. */
function writers(graph: QuantizedGraph): ReadonlyMap<string, NodeProto> {
  return new Map(graph.graph.node.map(node => [`${node.opType} ${floatName(graph, node.output[0]!)}`, node]))
}

/** An output of the model that is quantized gives its name to what a DQ makes of it. */
function floatName(graph: QuantizedGraph, tensor: string): string {
  const dequantized = graph
    .quantizers(tensor)
    .flatMap(quantize => graph.dequantizers(quantize).map(({ output }) => output[0]!))
  return dequantized.find(name => graph.outputs.has(name)) ?? tensor
}
