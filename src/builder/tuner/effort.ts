import type { EngineCost } from './engine-cost.ts'

/** How much of everything a build tries. */
export interface Effort {
  /** Samples on which kernels are compared with float. */
  readonly feeds: number
  /** Whether layers are profiled. */
  readonly profiles: boolean
  /** Whether there is no time but for a few inferences of float and of all INT8. */
  readonly hurries: boolean
  /** Whether there is memory for two engines at a time, beside what the build itself has. */
  readonly fits: boolean
  /** Samples on which a plan is judged by what it answers, where nobody asks for that. */
  readonly judged: number
  /** Engines that are timed together, float among them. */
  readonly engines: number
}

/** Memory that the engines of a ranking may take together, in all processes. */
const memoryBudget = 4e9
/** Memory that two engines may take where they are open together. */
const mostForTwo = 1.5e9
/** Processes that each hold all engines of a ranking. */
const launches = 2
/** Inferences of each engine in a ranking: warming up in every process, and the least number of rounds. */
const inferencesPerEngine = 34
/** The same of profiling: four engines in two processes. */
const profiledInferences = 64
/** The same of comparing the best with float at the end, of either. */
const comparedInferences = 24
/** Float, all INT8 and the cheapest plan. */
const [leastEngines, mostEngines] = [3, 32]
const [leastInAHurry, leastFeeds, mostFeeds] = [1, 4, 32]
const [leastJudged, mostJudged] = [4, 500]

/**
 * Fits a build to its time: a fifth of it for each of the check of kernels and the profile, two fifths for a ranking.
 *
 * @param cost - of the float engine
 * @param seconds - that are left
 */
export function effortFor({ seconds: latency, bytes }: EngineCost, seconds: number): Effort {
  const within = (least: number, most: number, count: number) =>
    Math.max(least, Math.min(most, Math.floor(count)))
  const inTime = (0.4 * seconds) / (inferencesPerEngine * latency)
  const inMemory = memoryBudget / (launches * bytes)
  const hurries = (leastEngines * inferencesPerEngine + 2 * comparedInferences) * latency > seconds
  return {
    // In INT8, in the same arithmetic in float, and to get the activations.
    feeds: within(hurries ? leastInAHurry : leastFeeds, mostFeeds, (0.2 * seconds) / (3 * latency)),
    judged: within(leastJudged, mostJudged, (0.3 * seconds) / latency),
    hurries,
    fits: 2 * bytes < mostForTwo,
    profiles: profiledInferences * latency <= 0.2 * seconds,
    engines: within(leastEngines, mostEngines, Math.min(inTime, inMemory)),
  }
}
