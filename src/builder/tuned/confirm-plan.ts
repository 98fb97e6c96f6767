import { countOf } from '../../words.ts'
import { type PairPlan, planKey } from './pair-plan.ts'
import type { SearchedPlans, TriedPlan } from './search-plans.ts'

/** A plan and an engine of it. */
export interface BuiltPlan {
  readonly plan: PairPlan
  /** Path of the engine file. */
  readonly engine: string
  /** What the build found, a sentence each. */
  readonly notes: readonly string[]
}

/** What confirming does with plans. */
export interface ConfirmingTrials {
  /** The engine of a plan that the search has built. */
  readonly engineOf: (plan: PairPlan) => BuiltPlan
  /** Builds another engine of a plan, without earlier timings; undefined if TensorRT cannot. */
  readonly rebuild: (plan: PairPlan, build: number) => Promise<BuiltPlan | undefined>
  /** Times engines in turns; the fastest first. */
  readonly rankBuilds: (
    built: readonly BuiltPlan[],
  ) => Promise<readonly { readonly built: BuiltPlan; readonly milliseconds: number }[]>
  /** Whether what an engine answers is within the bounds. */
  readonly isWithin: (built: BuiltPlan) => Promise<boolean>
  /** Whether there is time for another build. */
  readonly isTime: () => boolean
}

/** What confirming has found. */
export interface ConfirmedPlan {
  /** The fastest engine that holds the bounds. */
  readonly engine: BuiltPlan
  /** A sentence each. */
  readonly notes: readonly string[]
}

/** Builds of one plan differ by as much: a plan that is no slower than this may be the faster one. */
const likeness = 0.04
/** Builds of a search for each that confirms, and how many confirm at most. */
const [share, mostFresh] = [4, 3]

/** How many of the builds of a search are for confirming what it has found. */
export function confirmingBuilds(builds: number): number {
  return Math.min(mostFresh, Math.floor(builds / share))
}

/**
 * Builds the fastest plans of a search once more, without earlier timings, and keeps the fastest engine of all. The search times
 * one engine of each plan, and two builds of one plan differ by up to 4%: the best plan may have had a slow build, and the best
 * engine is what is wanted.
 */
export async function confirmPlan(
  { best, ranked, refused }: SearchedPlans & { readonly best: TriedPlan },
  trials: ConfirmingTrials,
  builds: number,
): Promise<ConfirmedPlan> {
  const isNear = ({ milliseconds }: TriedPlan) => milliseconds <= best.milliseconds * (1 + likeness)
  const others = ranked.filter(tried => tried !== best && isNear(tried) && !refused.has(tried.plan))
  const plans = [best, ...others].slice(0, builds).map(({ plan }) => plan)
  const known = plans.map(plan => trials.engineOf(plan))
  const first = known[0] ?? trials.engineOf(best.plan)
  const fresh: BuiltPlan[] = []
  for (let build = 1; build <= builds && trials.isTime(); build++) {
    const again = await trials.rebuild(plans[(build - 1) % plans.length]!, build)
    if (again) fresh.push(again)
  }
  if (fresh.length === 0) return { engine: first, notes: [] }
  const places = await trials.rankBuilds([...known, ...fresh])
  let found = places.find(({ built }) => built === first)!
  for (const place of places) {
    // That one holds: it was asked in the search.
    if (place === found || (await trials.isWithin(place.built))) {
      found = place
      break
    }
  }
  const { milliseconds } = places.find(({ built }) => built === first)!
  const gain = (milliseconds / found.milliseconds).toFixed(3)
  const rest = places
    .filter(place => place !== found)
    .map(place => {
      const which = fresh.includes(place.built) ? 'once more' : 'as tried'
      return `${place.built.plan.name}, ${which} ${(found.milliseconds / place.milliseconds).toFixed(3)}`
    })
  const kept = fresh.includes(found.built)
    ? `another build of ${found.built.plan.name} is kept, with ${gain} of the fps of the first engine of ${first.plan.name}`
    : `the first build of ${found.built.plan.name} is kept`
  return {
    engine: found.built,
    notes: [
      `confirmed on ${countOf(fresh.length, 'fresh build')} of ${countOf(new Set(fresh.map(({ plan }) => planKey(plan))).size, 'plan')}: ${kept}; fps of the others relative to it: ${rest.join(', ')}`,
    ],
  }
}
