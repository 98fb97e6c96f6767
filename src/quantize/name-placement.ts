import type { ModelProto } from '../onnx/onnx_pb.ts'
import { type Placement, type PlacementModel, placementModel } from './placement.ts'
import { type PlacementName, placements } from './placements.ts'
import { removeQdq } from './rewrites/remove-qdq.ts'
import { channelBias, weightedNode } from './weighted-node.ts'

/** How well a Q/DQ model follows a placement. */
export interface PlacementAgreement {
  readonly placement: PlacementName
  /** Sites that the model and the placement have in common, of those that either has; 0 to 1. */
  readonly share: number
  /** Tensors that the model quantizes for other readers than the placement would. */
  readonly added: readonly string[]
  /** Tensors that the placement would quantize and the model does not. */
  readonly left: readonly string[]
}

/**
 * Tells whose habit a finished Q/DQ model follows: its sites are compared with those of each placement on the same
 * float model. A site is a pair together with everything that reads the tensor through it: two layers that share a
 * pair are another site than two that have one each.
 *
 * @returns all placements, the best first
 */
export function namePlacement(model: ModelProto): PlacementAgreement[] {
  const { model: float, sites } = removeQdq(model)
  const known = placementModel(float)
  const found = new Map(
    sites.map(({ tensor, readers, isOutput }) => [
      key([...readers.map(({ node, input }) => use(node, input)), ...(isOutput ? [outputUse] : [])]),
      tensor,
    ]),
  )
  return (Object.keys(placements) as PlacementName[])
    .filter(name => !isLikeAnother(name))
    .map((placement): PlacementAgreement => {
      const wanted = sitesOf(known, placement)
      const added = [...found].flatMap(([site, tensor]) => (wanted.has(site) ? [] : [tensor]))
      const left = [...wanted].flatMap(([site, tensor]) => (found.has(site) ? [] : [tensor]))
      const common = found.size - added.length
      return { placement, share: common / (common + added.length + left.length || 1), added, left }
    })
    .sort((a, b) => b.share - a.share)
}

function isLikeAnother(name: PlacementName): boolean {
  const placement: Placement = placements[name]
  return placement.liesAsAnother === true
}

/** By the uses that read through it, the tensor of each site that a placement has when all of its nodes are in INT8. */
function sitesOf(known: PlacementModel, name: PlacementName): Map<string, string> {
  const placement = placements[name]
  const able = new Set(placement.quantizable(known))
  const int8 = placement.worthwhile?.(known, able) ?? able
  const { activations, weights } = placement.sites(known, int8, placement.activations)
  const sites = new Map<string, string>()
  for (const { tensor, readers } of activations) {
    const all = readers === 'all' ? (known.readers.get(tensor) ?? []) : readers
    const uses = all.map(({ node, input }) => use(node.name, input))
    if (readers === 'all' && known.outputs.has(tensor)) uses.push(outputUse)
    sites.set(key(uses), tensor)
  }
  for (const { node, bias } of weights) {
    sites.set(use(node.name, 1), node.input[1]!)
    if (bias && channelBias(weightedNode(known, node)!)) sites.set(use(node.name, 2), node.input[2]!)
  }
  return sites
}

const outputUse = 'the output'

function use(node: string, input: number | undefined): string {
  return `${node} ${input ?? 'inside'}`
}

function key(uses: readonly string[]): string {
  return uses.toSorted().join('\n')
}
