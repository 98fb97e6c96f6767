import type { CostModel } from './cost-model.ts'
import { type FlowEdge, minCut } from './min-cut.ts'

/**
 * The regions that the cheapest plan runs in INT8, by their positions.
 *
 * All costs of crossing from one precision into the other are positive, so the sum is submodular, and a minimum cut of
 * a flow network finds its least value exactly (Kolmogorov and Zabih, "What energy functions can be minimized via graph
 * cuts?", 2004). Regions on the source's side are in INT8. A tensor that INT8 regions read has a node of its own: it is
 * on the source's side as soon as one of them is, and pays for the Q once.
 */
export function cheapestPlan({ regions, boundaries }: CostModel): ReadonlySet<number> {
  const [source, sink] = [regions.length, regions.length + 1]
  const edges: FlowEdge[] = regions.flatMap(({ microseconds }, region) => [
    { from: source, to: region, capacity: microseconds.float },
    { from: region, to: sink, capacity: microseconds.int8 },
  ])
  for (const [i, boundary] of boundaries.entries()) {
    const { producer, consumers, floatReaders, quantize, dequantize } = boundary
    const tensor = sink + 1 + i
    for (const region of consumers)
      edges.push({ from: region, to: tensor, capacity: Number.POSITIVE_INFINITY })
    edges.push({ from: tensor, to: producer ?? sink, capacity: quantize })
    if (producer === undefined) continue
    edges.push({ from: producer, to: sink, capacity: floatReaders * dequantize })
    for (const region of consumers) edges.push({ from: producer, to: region, capacity: dequantize })
  }
  const cut = minCut(sink + 1 + boundaries.length, edges, source, sink)
  return new Set(regions.flatMap((_, region) => (cut.has(region) ? [region] : [])))
}
