import type { CandidatePlan } from '../tuner/candidates.ts'
import { cheapestPlan } from '../tuner/cheapest-plan.ts'
import type { CostModel } from '../tuner/cost-model.ts'
import { nodesOf } from '../tuner/nodes-of.ts'
import type { AccuracyDrop } from './judge.ts'

/** A plan and what it costs in accuracy. */
export interface JudgedPlan {
  readonly plan: CandidatePlan
  readonly accuracy: AccuracyDrop
}

/** Weights of accuracy between "none" and "all that counts", from which a search starts. */
const steps = 96

/**
 * Searches for the cheapest plan whose drop of accuracy is within a bound: the loss of each region, times a weight, is
 * added to what it costs in INT8, and the least weight is found at which the cheapest plan holds the bound. A greater
 * weight gives a slower plan with less loss, so this is a bisection; the plans on its way lie on the Pareto front of
 * time and accuracy.
 *
 * @param losses - by region, see `regionLosses`
 * @param judge - measures the drop of a plan
 * @param isTime - ends the search, with the plans that were judged by then
 * @returns all plans that were judged, from the fastest to the most accurate
 */
export async function plansWithinDrop(
  costs: CostModel,
  losses: readonly number[],
  bound: number,
  judge: (plan: CandidatePlan) => Promise<AccuracyDrop>,
  isTime: () => boolean = () => true,
): Promise<JudgedPlan[]> {
  const plans = frontier(costs, losses)
  const judged = new Map<number, JudgedPlan>()
  const at = async (position: number) => {
    const known = judged.get(position)
    if (known) return known
    const plan = plans[position]!
    const found = { plan, accuracy: await judge(plan) }
    judged.set(position, found)
    return found
  }
  let [low, high] = [0, plans.length]
  while (low < high && isTime()) {
    const middle = Math.floor((low + high) / 2)
    if ((await at(middle)).accuracy.upper <= bound) high = middle
    else low = middle + 1
  }
  // The neighbour that loses less may be the faster one in truth.
  if (low + 1 < plans.length && isTime()) await at(low + 1)
  return [...judged].sort(([a], [b]) => a - b).map(([, found]) => found)
}

/** The cheapest plans with growing weight of accuracy, each once; without those that run nothing in INT8. */
function frontier(costs: CostModel, losses: readonly number[]): CandidatePlan[] {
  const gains = costs.regions.flatMap(({ microseconds }, region) => {
    const weight = (microseconds.float - microseconds.int8) / losses[region]!
    return weight > 0 && Number.isFinite(weight) ? [weight] : []
  })
  if (gains.length === 0) return []
  const [least, most] = [Math.min(...gains) / 10, Math.max(...gains) * 2]
  const weights = Array.from({ length: steps + 1 }, (_, i) => least * (most / least) ** (i / steps))
  const plans = new Map<string, CandidatePlan>()
  for (const weight of weights) {
    const regions = costs.regions.map(({ nodes, microseconds }, region) => ({
      nodes,
      microseconds: { ...microseconds, int8: microseconds.int8 + weight * losses[region]! },
    }))
    const int8 = cheapestPlan({ ...costs, regions })
    const key = [...int8].join()
    if (int8.size === 0 || plans.has(key)) continue
    const name = `accuracy first in ${costs.regions.length - int8.size} of ${costs.regions.length} regions`
    plans.set(key, { name, int8: nodesOf(costs, int8) })
  }
  return [...plans.values()]
}
