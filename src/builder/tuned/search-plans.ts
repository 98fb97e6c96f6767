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
  /** Whether what the engine of a plan answers is within the bounds. Asked once of each plan that is faster than the best. */
  readonly holds: (plan: PairPlan) => Promise<boolean>
  /** Whether there is time for another build. */
  readonly isTime: () => boolean
}

/** What a search has found. */
export interface SearchedPlans {
  /** The fastest that holds the bounds; undefined if none of those that were tried does. */
  readonly best: TriedPlan | undefined
  /** All that could be built, the fastest first; those behind the best were not judged. */
  readonly ranked: readonly TriedPlan[]
  /** Those of them that do not hold the bounds. */
  readonly refused: ReadonlySet<PairPlan>
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
 * Looks for the fastest plan that holds the bounds: builds those to start with, then changes the fastest by one move at a time,
 * for as long as there are builds, time and moves. Every ranking is of engines in turns, with the best so far among them. A plan
 * that answers too badly is never the best, but its neighbours are tried: one of them may be as fast without what went wrong.
 */
export async function searchPlans(
  start: readonly PairPlan[],
  known: PlacementModel,
  { build, rank, holds, isTime }: PlanTrials,
  { builds, moves = allMoves }: SearchOptions,
): Promise<SearchedPlans> {
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
  const judged = new Map<PairPlan, boolean>()
  const fastestThatHolds = async (): Promise<TriedPlan | undefined> => {
    for (const tried of ranked) {
      const holding = judged.get(tried.plan) ?? (await holds(tried.plan))
      judged.set(tried.plan, holding)
      if (holding) return tried
    }
    return undefined
  }
  const parentsOf = (): readonly TriedPlan[] =>
    [...(best ? [best] : []), ...ranked.filter(tried => tried !== best)].slice(0, parents)

  let ranked = [...(await rank(await buildAll(start)))]
  let best = await fastestThatHolds()
  for (let from = parentsOf(); left > 0 && isTime(); ) {
    const neighbours = from.flatMap(({ plan }) => moves.flatMap(move => [...move.neighbours(plan, known)]))
    const fresh = neighbours.filter(plan => !seen.has(planKey(plan))).slice(0, Math.min(together, left))
    if (fresh.length === 0) break
    const built = await buildAll(fresh)
    if (built.length === 0) continue
    const among = parentsOf()
    const [first] = among
    const places = await rank([...new Set([...among.map(({ plan }) => plan), ...built])])
    // The machine's speed changes between rankings: times are told in the measure of the first.
    const again = places.find(({ plan }) => plan === first!.plan)!
    const scale = first!.milliseconds / again.milliseconds
    const added = places
      .filter(({ plan }) => built.includes(plan))
      .map(({ plan, milliseconds }) => ({ plan, milliseconds: milliseconds * scale }))
    ranked = [...ranked, ...added].toSorted((a, b) => a.milliseconds - b.milliseconds)
    const before = best
    best = await fastestThatHolds()
    const gained = best && (!before || best.milliseconds < before.milliseconds * (1 - leastGain))
    if (gained) from = parentsOf()
  }
  const refused = new Set([...judged].flatMap(([plan, holding]) => (holding ? [] : [plan])))
  return { best, ranked, refused }
}
