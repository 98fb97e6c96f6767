import type { CandidatePlan } from './candidates.ts'
import { cheapestPlan } from './cheapest-plan.ts'
import type { CostModel } from './cost-model.ts'
import { nodesOf } from './nodes-of.ts'

/**
 * Costs do not quite add up, least of all those of crossing: caches are warm or cold, a fusion more or less. So the
 * cheapest plan is looked for at several prices of crossing.
 */
const prices = [1, 0.9, 1.1, 0.75, 1.3, 0.5, 2]

/** Name of the plan that is cheapest by what was measured. */
export const leastCost = 'least cost'

/** The plans that are cheapest by the cost model, or would be if crossing cost a little more or less. */
export function proposePlans(costs: CostModel): CandidatePlan[] {
  const plans = prices.map(price => {
    const priced = costs.boundaries.map(boundary => ({
      ...boundary,
      quantize: price * boundary.quantize,
      dequantize: price * boundary.dequantize,
    }))
    const name = price === 1 ? leastCost : `${leastCost} with crossings at ${Math.round(100 * price)}%`
    return { name, int8: nodesOf(costs, cheapestPlan({ ...costs, boundaries: priced })) }
  })
  return plans.filter(
    ({ int8 }, i) => int8.size > 0 && plans.findIndex(other => sameNodes(other.int8, int8)) === i,
  )
}

function sameNodes(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(node => b.has(node))
}
