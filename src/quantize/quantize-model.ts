import { InputError } from '../errors.ts'
import { copyModel } from '../onnx/copy-model.ts'
import type { ModelProto, NodeProto } from '../onnx/onnx_pb.ts'
import { activationParameters } from './activation-parameters.ts'
import type { InputMeans } from './bias-correction.ts'
import { checkQuantizable } from './check-quantizable.ts'
import { chooseInt8Nodes } from './choose-int8-nodes.ts'
import { placementModel } from './placement.ts'
import { type PlacementName, placements } from './placements.ts'
import type { Precision } from './plan.ts'
import { activationQdq } from './qdq/activation-qdq.ts'
import { isQdq } from './qdq/has-qdq.ts'
import { insertQdq } from './qdq/insert-qdq.ts'
import { mergeSites } from './qdq/merge-sites.ts'
import { importDomain, qdqNodes } from './qdq/qdq-nodes.ts'
import { weightQdq } from './qdq/weight-qdq.ts'
import type { QuantizableModel } from './quantizable-form.ts'
import type { Ranges } from './ranges.ts'
import { holdInFloat } from './rewrites/hold-in-float.ts'
import { removeUnusedConstants } from './rewrites/remove-unused.ts'
import { weightedNode } from './weighted-node.ts'
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
 * INT8 per output channel, biases int32 in steps of (input scale * weight scale).
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
  const { nodes, inFloat, apart } = chooseInt8Nodes(known, name, ranges)
  if (nodes.length === 0) throw nothingFits(inFloat)
  const int8 = new Set(nodes.filter(node => precision(node) === 'int8'))
  const sites = placement.sites(known, int8, placement.activations, apart)
  const inputScales = new Map<string, number>()
  const activations = sites.activations.map(site => {
    const parameters = activationParameters(site, placement.activations, { ranges, ...known })
    inputScales.set(site.tensor, parameters.scale)
    return activationQdq(site, parameters, known.constants.get(site.tensor))
  })
  const weights = sites.weights.flatMap(({ node, bias }) => {
    const inputScale = inputScales.get(node.input[0]!)
    if (inputScale === undefined) return []
    const weighted = weightedNode(known, node)!
    const axis = perChannel ? weighted.axis : undefined
    return weightQdq(
      { ...weighted, axis },
      {
        inputScale,
        limits: weightLimits?.get(node.name),
        stored: placement.weights,
        bias,
        inputMeans: inputMeans?.get(node.name),
      },
    )
  })
  insertQdq(quantized.graph!, [...activations, ...mergeSites(weights)], domain)
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
