import type { NodeProto } from '../onnx/onnx_pb.ts'
import { movesApart, tensorRanges } from './fit/tensor-ranges.ts'
import { unfitNode } from './fit/unfit-node.ts'
import { unfitSite } from './fit/unfit-site.ts'
import type { ActivationSite, Placement, PlacementModel } from './placement.ts'
import { foldedActivation } from './placements/folded-activation.ts'
import { type PlacementName, placements } from './placements.ts'
import type { Ranges } from './ranges.ts'
import { embeddingTables } from './tables/embedding-tables.ts'

/** Which nodes of a model run in INT8. */
export interface ChosenNodes {
  /** In graph order. */
  readonly nodes: readonly NodeProto[]
  /** The others that could, and why they stay in float, as a clause without a subject; in graph order. */
  readonly inFloat: ReadonlyMap<NodeProto, string>
  /** Nodes that only move values and do not share the parameters of what they move. */
  readonly apart: ReadonlySet<NodeProto>
  /** Nodes that read rows of an embedding table, which is stored in INT8; what they give is float. */
  readonly tables: readonly NodeProto[]
}

/** Why an operator stays in float although its values would fit. */
const gainsNothing = 'gains nothing beside operators in float'

/**
 * Chooses the nodes that a placement puts into INT8: those that it can, without those whose values 8 bits cannot hold,
 * and without those that then gain nothing.
 *
 * @throws InputError if what must be quantized is not a number
 */
export function chooseInt8Nodes(known: PlacementModel, name: PlacementName, ranges: Ranges): ChosenNodes {
  const placement: Placement = placements[name]
  const able = placement.quantizable(known)
  const tensors = tensorRanges(known, ranges)
  const apart = movesApart(tensors)
  const reasons = new Map<NodeProto, string>()
  const worthwhile = (nodes: ReadonlySet<NodeProto>) => placement.worthwhile?.(known, nodes) ?? nodes

  let int8 = worthwhile(new Set(able))
  for (;;) {
    const unfit = new Map<NodeProto, string>()
    for (const node of int8) {
      const reason = unfitNode(tensors, node)
      if (reason !== undefined) unfit.set(node, reason)
    }
    for (const site of placement.sites(known, int8, placement.activations, apart).activations) {
      const users = usersOf(site, known, int8)
      const reason = users.length > 0 ? unfitSite(tensors, site, users, placement.activations) : undefined
      if (reason !== undefined) for (const user of users) unfit.set(user, reason)
    }
    if (unfit.size === 0) break
    for (const [node, reason] of unfit) reasons.set(node, reason)
    int8 = worthwhile(new Set([...int8].filter(node => !unfit.has(node))))
  }
  return {
    nodes: able.filter(node => int8.has(node)),
    inFloat: new Map(
      able.flatMap(node => (int8.has(node) ? [] : [[node, reasons.get(node) ?? gainsNothing]])),
    ),
    apart,
    tables: embeddingTables(known, placement),
  }
}

/** The INT8 nodes that read a site; if there are none, the one that writes it. */
function usersOf(site: ActivationSite, known: PlacementModel, int8: ReadonlySet<NodeProto>): NodeProto[] {
  if (site.users) return [...site.users]
  const readers = site.readers === 'all' ? (known.readers.get(site.tensor) ?? []) : site.readers
  const reading = readers.map(({ node }) => node).filter(node => int8.has(node))
  if (reading.length > 0) return [...new Set(reading)]
  const writer = writerOf(site.tensor, known, int8)
  return writer ? [writer] : []
}

function writerOf(
  tensor: string,
  known: PlacementModel,
  int8: ReadonlySet<NodeProto>,
): NodeProto | undefined {
  const maker = known.producer.get(tensor)
  if (!maker || int8.has(maker)) return maker
  const before = known.producer.get(maker.input[0] ?? '')
  return before && int8.has(before) && foldedActivation(known, maker.input[0]!)?.node === maker
    ? before
    : undefined
}
