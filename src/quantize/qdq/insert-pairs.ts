import type { GraphProto } from '../../onnx/onnx_pb.ts'
import { activationParameters } from '../activation-parameters.ts'
import type { IntegerFormat } from '../affine.ts'
import type { InputMeans } from '../bias-correction.ts'
import type { Placement, PlacementModel, PlacementSites } from '../placement.ts'
import type { Ranges } from '../ranges.ts'
import { weightedNode } from '../weighted-node.ts'
import type { WeightLimits } from '../weights.ts'
import { activationQdq } from './activation-qdq.ts'
import { insertQdq } from './insert-qdq.ts'
import { mergeSites } from './merge-sites.ts'
import type { QdqNodes } from './qdq-nodes.ts'
import { weightQdq } from './weight-qdq.ts'

export interface PairOptions extends QdqNodes {
  /** Ranges of the tensors at the sites. */
  readonly ranges: Ranges
  /** Of the activations. */
  readonly format: IntegerFormat
  /** How weights are stored. */
  readonly stored: Placement['weights']
  readonly weightLimits?: ReadonlyMap<string, WeightLimits> | undefined
  readonly inputMeans?: InputMeans | undefined
}

/**
 * Inserts the Q/DQ pairs of some sites into a graph, in place: activations per tensor, weights symmetric INT8 per output
 * channel if the operator set knows such, biases int32 in steps of (input scale * weight scale).
 *
 * @param known - of this very graph
 * @throws InputError if a tensor has no range
 */
export function insertPairs(
  graph: GraphProto,
  known: PlacementModel,
  sites: PlacementSites,
  { ranges, format, stored, domain, perChannel, weightLimits, inputMeans }: PairOptions,
): void {
  const inputScales = new Map<string, number>()
  const activations = sites.activations.map(site => {
    const parameters = activationParameters(site, format, { ranges, ...known })
    inputScales.set(site.tensor, parameters.scale)
    return activationQdq(site, parameters, known.constants.get(site.tensor))
  })
  const weights = sites.weights.flatMap(({ node, bias }) => {
    const inputScale = bias ? inputScales.get(node.input[0]!) : undefined
    if (bias && inputScale === undefined) return []
    const weighted = weightedNode(known, node)!
    const axis = perChannel ? weighted.axis : undefined
    return weightQdq(
      { ...weighted, axis },
      {
        inputScale,
        limits: weightLimits?.get(node.name),
        stored,
        inputMeans: inputMeans?.get(node.name),
      },
    )
  })
  insertQdq(graph, [...activations, ...mergeSites(weights)], domain)
}
