import { InputError } from '../errors.ts'
import { copyModel } from '../onnx/copy-model.ts'
import type { ModelProto, NodeProto } from '../onnx/onnx_pb.ts'
import type { InputMeans } from './bias-correction.ts'
import { checkQuantizable } from './check-quantizable.ts'
import { chooseInt8Nodes } from './choose-int8-nodes.ts'
import { placementModel } from './placement.ts'
import { type PlacementName, placements } from './placements.ts'
import type { Precision } from './plan.ts'
import { isQdq } from './qdq/has-qdq.ts'
import { insertPairs } from './qdq/insert-pairs.ts'
import { importDomain, qdqNodes } from './qdq/qdq-nodes.ts'
import type { QuantizableModel } from './quantizable-form.ts'
import type { Ranges } from './ranges.ts'
import { holdInFloat } from './rewrites/hold-in-float.ts'
import { removeUnusedConstants } from './rewrites/remove-unused.ts'
import { quantizeTables } from './tables/quantize-tables.ts'
import type { WeightLimits } from './weights.ts'

export interface QuantizeOptions {
  /** Ranges of the activations, from calibration of this model. */
  readonly ranges: Ranges
  /** Default: `onnxruntime`. */
  readonly placement?: PlacementName
  /** Which of the nodes that `chooseInt8Nodes` chooses run in INT8. Default: all. */
  readonly precision?: (node: NodeProto) => Precision
  /** By name of a node: channels whose weights use less than 8 bits. */
  readonly weightLimits?: ReadonlyMap<string, WeightLimits>
  /** Means of the inputs of weighted nodes: with them biases make up for the rounding of weights. */
  readonly inputMeans?: InputMeans
}

/**
 * A copy of a float model with Q/DQ pairs where the placement puts them: activations per tensor, weights symmetric
 * INT8 per output channel, biases int32 in steps of (input scale * weight scale). Embedding tables become INT8 by rows.
 *
 * The model is in a form that can hold the pairs: each node has a name, which `precision` sees, and old operator sets are
 * raised.
 *
 * @throws InputError if a tensor has no range, the model is quantized already, or nothing in it can be
 */
export function quantizeModel(form: QuantizableModel, options: QuantizeOptions): ModelProto {
  const {
    ranges,
    placement: name = 'onnxruntime',
    precision = () => 'int8',
    weightLimits,
    inputMeans,
  } = options
  const placement = placements[name]
  refuseQdq(form.model)
  const quantized = copyModel(form.model)
  const known = placementModel(quantized)
  const { domain, perChannel } = qdqNodes(known.opset, placement, form.notRaised)

  checkQuantizable(form, name, 'the model')
  const { nodes, inFloat, apart, tables } = chooseInt8Nodes(known, name, ranges)
  if (nodes.length === 0 && tables.length === 0) throw nothingFits(inFloat)
  const isInt8 = (node: NodeProto) => precision(node) === 'int8'
  const int8 = new Set(nodes.filter(isInt8))
  const sites = placement.sites(known, int8, placement.activations, apart)
  insertPairs(quantized.graph!, known, sites, {
    ranges,
    format: placement.activations,
    stored: placement.weights,
    domain,
    perChannel,
    weightLimits,
    inputMeans,
  })
  quantizeTables(quantized.graph!, new Set(tables.filter(isInt8)))
  if (placement.contribOps) holdInFloat(quantized.graph!)
  removeUnusedConstants(quantized.graph!)
  importDomain(quantized, domain)
  return quantized
}

function refuseQdq({ graph }: ModelProto): void {
  const node = graph?.node.find(isQdq)
  if (!node) return
  throw new InputError(
    `node ${node.name} is a ${node.opType}: the model is quantized already, give the float model that it was made from`,
  )
}

function nothingFits(inFloat: ReadonlyMap<NodeProto, string>): InputError {
  const why = [...inFloat]
    .slice(0, 3)
    .map(([{ name, opType }, reason]) => `node ${name} (${opType}) ${reason}`)
  return new InputError(`nothing in the model can run in INT8 on these ranges: ${why.join('; ')}`)
}
