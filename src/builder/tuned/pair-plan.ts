import type { PlacementModel, PlacementSites } from '../../quantize/placement.ts'

/** An input of a node that is read through 8 bits. */
export interface PairReader {
  /** Name of the node. */
  readonly node: string
  /** Position among its inputs. */
  readonly input: number
}

/** Where an explicit model has Q/DQ pairs, by names, so that it can be written down, changed and tried. */
export interface PairPlan {
  /** What it is, for people: `as implicit, a pair behind /pool`. */
  readonly name: string
  /** Readers by tensor: one pair for each tensor. */
  readonly pairs: Readonly<Record<string, readonly PairReader[]>>
  /** Nodes whose weights are INT8. */
  readonly weights: readonly string[]
  /** What is not INT8 is in 16-bit floats, and the build takes its types from the model. */
  readonly half: boolean
}

/** The plan of sites that something else has found. */
export function planOfSites(name: string, sites: PlacementSites, half: boolean): PairPlan {
  const pairs: Record<string, PairReader[]> = {}
  for (const { tensor, readers } of sites.activations) {
    if (readers === 'all') continue
    const own = readers.flatMap(({ node, input }) =>
      input === undefined ? [] : [{ node: node.name, input }],
    )
    pairs[tensor] = [...(pairs[tensor] ?? []), ...own]
  }
  return { name, pairs, weights: sites.weights.map(({ node }) => node.name), half }
}

/** The sites of a plan in a graph whose nodes have its names. */
export function sitesOfPlan({ pairs, weights }: PairPlan, known: PlacementModel): PlacementSites {
  const nodes = new Map(known.graph.node.map(node => [node.name, node]))
  return {
    activations: Object.entries(pairs).map(([tensor, readers]) => ({
      tensor,
      rangeOf: tensor,
      readers: readers.map(({ node, input }) => ({ node: nodes.get(node)!, input })),
    })),
    weights: weights.map(name => ({ node: nodes.get(name)!, bias: false })),
  }
}

/** Equal for plans that make the same model. */
export function planKey({ pairs, weights, half }: PairPlan): string {
  const tensors = Object.keys(pairs)
    .sort()
    .map(tensor => [tensor, pairs[tensor]!.map(({ node, input }) => `${node}:${input}`).sort()])
  return JSON.stringify([tensors, [...weights].sort(), half])
}

/** A plan without some readers; pairs that nobody reads go, and so do weights of nodes whose data lost its pair. */
export function withoutReaders(
  plan: PairPlan,
  name: string,
  isGone: (reader: PairReader, tensor: string) => boolean,
): PairPlan {
  const gone = new Set<string>()
  const pairs = Object.entries(plan.pairs).flatMap(([tensor, readers]) => {
    const kept = readers.filter(reader => !isGone(reader, tensor))
    for (const { node, input } of readers)
      if (input === 0 && !kept.some(each => each.node === node)) gone.add(node)
    return kept.length > 0 ? [[tensor, kept] as const] : []
  })
  return {
    ...plan,
    name: `${plan.name}, ${name}`,
    pairs: Object.fromEntries(pairs),
    weights: plan.weights.filter(node => !gone.has(node)),
  }
}
