import type { ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { activationParameters } from '../activation-parameters.ts'
import { type AffineParameters, dequantize, integerLimits } from '../affine.ts'
import { type PlacementModel, placementModel } from '../placement.ts'
import { foldedActivation } from '../placements/folded-activation.ts'
import { onnxruntime } from '../placements/onnxruntime.ts'
import { operatorSupport } from '../placements/onnxruntime-operators.ts'
import { parametersOf, type QuantizedGraph, quantizedGraph } from '../qdq/quantized-graph.ts'
import type { Range, Ranges } from '../ranges.ts'
import { quantizeBiases } from './quantize-biases.ts'
import { removeQdq } from './remove-qdq.ts'
import { requantize } from './requantize.ts'

/**
 * A copy of a Q/DQ model in which the named nodes have the pairs with which ONNX Runtime's CPU provider runs them in
 * INT8, and with them the operators behind, up to the next layer with weights: UINT8 activations, one pair per tensor,
 * behind a Relu or Clip, and int32 biases. Other pairs stay as they are.
 *
 * @param ranges - of the float model; a tensor that has a pair keeps its range
 * @throws InputError if a tensor has neither
 */
export function completePairs(model: ModelProto, nodes: ReadonlySet<string>, ranges: Ranges): ModelProto {
  const graph = quantizedGraph(model)
  const known = placementModel(removeQdq(model).model)
  const supported = new Set(onnxruntime.quantizable(known))
  const chosen = new Set([...supported].filter(({ name }) => nodes.has(name)))
  for (const node of chosen) for (const next of followers(known, node)) chosen.add(next)
  const int8 = new Set([...supported].filter(node => chosen.has(node) || isPlanned(graph, node)))
  const { activations } = onnxruntime.sites(known, int8, onnxruntime.activations)
  const own = new Map([...ranges, ...existingRanges(graph)])
  const wanted = new Map<string, AffineParameters | undefined>()
  for (const site of activations) {
    const before = known.producer.get(site.tensor)
    const writer = before && (chosen.has(before) ? before : known.producer.get(before.input[0]!))
    const readers = known.readers.get(site.tensor) ?? []
    const touched = (writer && chosen.has(writer)) || readers.some(({ node }) => chosen.has(node))
    // A pair in front of an output of the model goes by another name, and is there already.
    if (!touched || graph.dequantize(site.tensor)) continue
    wanted.set(site.tensor, activationParameters(site, 'uint8', { ranges: own, ...known }))
  }
  for (const node of chosen) {
    // What folds into the Q behind it must not have one in front.
    const output = node.output[0]!
    if (foldedActivation(known, output) && !wanted.has(output)) wanted.set(output, undefined)
  }
  const names = new Set([...chosen].map(({ name }) => name))
  return quantizeBiases(requantize(model, wanted), names)
}

/** Operators with integer kernels that read what a node makes, as far as the next layer with weights. */
function followers(known: PlacementModel, { output }: NodeProto): NodeProto[] {
  const [tensor] = output
  const folded = foldedActivation(known, tensor!)
  const readers = known.readers.get(folded ? folded.node.output[0]! : tensor!) ?? []
  return readers.flatMap(({ node }) => {
    const kind = operatorSupport(known, node)?.kind
    return kind === 'kernel' ? [node] : []
  })
}

function isPlanned(graph: QuantizedGraph, { name }: NodeProto): boolean {
  const node = graph.node(name)
  return node !== undefined && graph.isPlanned(node)
}

/** Ranges of the tensors that have a pair. */
function existingRanges(graph: QuantizedGraph): Map<string, Range> {
  const ranges = new Map<string, Range>()
  for (const node of graph.graph.node) {
    const parameters = node.opType === 'QuantizeLinear' ? parametersOf(graph, node) : undefined
    if (!parameters) continue
    const [min, max] = integerLimits[parameters.type].map(limit => dequantize(limit, parameters))
    ranges.set(node.input[0]!, { min: min!, max: max! })
  }
  return ranges
}
