import type { CandidatePlan } from './candidates.ts'
import { type CostModel, planCost } from './cost-model.ts'
import { nodesOf } from './nodes-of.ts'

/**
 * Plans that differ from another one in one region, or in two that are neighbours: those that cost least more by the
 * cost model, because there its errors matter.
 */
export function neighbourPlans(
  costs: CostModel,
  { name, int8 }: CandidatePlan,
  count: number,
): CandidatePlan[] {
  const { regions, boundaries } = costs
  const now = new Set(regions.flatMap(({ nodes }, i) => (nodes.every(node => int8.has(node)) ? [i] : [])))
  const pairs = boundaries.flatMap(({ producer, consumers }) =>
    producer === undefined ? [] : consumers.map(consumer => [producer, consumer]),
  )
  const flips = [...regions.keys()].map(region => [region]).concat(pairs)
  const plans = flips.map(flip => {
    const flipped = new Set(now)
    for (const region of flip) if (!flipped.delete(region)) flipped.add(region)
    const parts = flip.map(
      region => `${regions[region]!.nodes.at(-1)} in ${flipped.has(region) ? 'INT8' : 'float'}`,
    )
    return { flipped, cost: planCost(costs, flipped), name: `${baseName(name)}; ${parts.join(', ')}` }
  })
  return plans
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ flipped, name }) => ({ name, int8: nodesOf(costs, flipped) }))
    .filter(plan => plan.int8.size > 0)
    .slice(0, count)
}

/** Names of flips do not grow from round to round. */
function baseName(name: string): string {
  return name.split('; ', 1)[0]!
}
