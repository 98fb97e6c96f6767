import type { PlacementModel } from '../../quantize/placement.ts'
import type { Move } from './moves/move.ts'
import { moves as allMoves } from './moves.ts'
import { type PairPlan, planKey } from './pair-plan.ts'

/** A plan that was built, and how fast it is. */
export interface TriedPlan {
  readonly plan: PairPlan
  /** Median quiet latency. */
  readonly milliseconds: number
}

/** What a search does with plans: real builds and timings, or given ones. */
export interface PlanTrials {
  /** Builds an engine of a plan; false if TensorRT cannot. */
  readonly build: (plan: PairPlan) => Promise<boolean>
  /** Times the engines of plans in turns; the fastest first. */
  readonly rank: (plans: readonly PairPlan[]) => Promise<readonly TriedPlan[]>
  /** Whether there is time for another build. */
  readonly isTime: () => boolean
}

export interface SearchOptions {
  /** Builds in all. */
  readonly builds: number
  readonly moves?: readonly Move[]
}

/** Plans whose neighbours are tried: the fastest one may have no pairs, and then the next shows what pairs gain. */
const parents = 2
/** Neighbours that are built before the next ranking. */
const together = 3

/** A neighbour takes its place in the ranking only if it gains as much: less is noise, and would lead the search astray. */
const leastGain = 0.003

/**
 * Looks for the fastest plan: builds those to start with, then changes the fastest by one move at a time, for as long as there
 * are builds, time and moves. Every ranking is of engines in turns, with the best so far among them.
 *
 * @returns all plans that could be built, the fastest first
 */
export async function searchPlans(
  start: readonly PairPlan[],
  known: PlacementModel,
  { build, rank, isTime }: PlanTrials,
  { builds, moves = allMoves }: SearchOptions,
): Promise<readonly TriedPlan[]> {
  const seen = new Set<string>()
  let left = builds
  const buildAll = async (plans: readonly PairPlan[]): Promise<PairPlan[]> => {
    const built: PairPlan[] = []
    for (const plan of plans) {
      const key = planKey(plan)
      if (seen.has(key) || left === 0 || (!isTime() && built.length > 0)) continue
      seen.add(key)
      left--
      if (await build(plan)) built.push(plan)
    }
    return built
  }

  let ranked = [...(await rank(await buildAll(start)))]
  for (let from = ranked.slice(0, parents); left > 0 && isTime(); ) {
    const neighbours = from.flatMap(({ plan }) => moves.flatMap(move => [...move(plan, known)]))
    const fresh = neighbours.filter(plan => !seen.has(planKey(plan))).slice(0, Math.min(together, left))
    if (fresh.length === 0) break
    const built = await buildAll(fresh)
    if (built.length === 0) continue
    const [best] = ranked
    const places = await rank([...new Set([...ranked.slice(0, parents).map(({ plan }) => plan), ...built])])
    // The machine's speed changes between rankings: times are told in the measure of the first.
    const again = places.find(({ plan }) => plan === best!.plan)!
    const scale = best!.milliseconds / again.milliseconds
    const added = places
      .filter(({ plan }) => built.includes(plan))
      .map(({ plan, milliseconds }) => ({ plan, milliseconds: milliseconds * scale }))
    ranked = [...ranked, ...added].toSorted((a, b) => a.milliseconds - b.milliseconds)
    const [next] = ranked
    if (next!.milliseconds < best!.milliseconds * (1 - leastGain)) from = ranked.slice(0, parents)
  }
  return ranked
}
