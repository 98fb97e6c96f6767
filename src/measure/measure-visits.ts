import { median, sum } from 'simple-statistics'
import type { Contender, MeasureOptions } from './contender.ts'
import type { PacePolicy } from './pace/paced-timings.ts'
import { measureSingle, type SingleRun } from './single.ts'

/** Fewer inferences per visit than one run alone takes: a slow engine is not to take three times as long. */
const leastInferences = 40

/**
 * Times one engine as `measureSingle` does, in several visits one after the other, each with launches of its own: how much
 * launches differ is then part of what is known.
 */
export async function measureVisits(
  contender: Contender,
  visits: number,
  options: MeasureOptions & { readonly seconds: number; readonly pace?: PacePolicy },
): Promise<SingleRun> {
  const runs: SingleRun[] = []
  for (let visit = 0; visit < visits; visit++) {
    runs.push(
      await measureSingle(contender, { ...options, seconds: options.seconds / visits, leastInferences }),
    )
  }
  const timings = sum(runs.map(({ pace }) => pace.timings))
  const paces = runs.flatMap(({ pace: { pace } }) => pace ?? [])
  const probes = runs.flatMap(({ pace: { probe } }) => probe ?? [])
  const inferences = runs.map(({ all }) => all.length)
  return {
    launches: runs.flatMap(({ launches }) => launches),
    wallSeconds: sum(runs.map(({ wallSeconds }) => wallSeconds)),
    pace: {
      timings,
      slower: sum(runs.map(({ pace }) => pace.slower)),
      ...(paces.length > 0 && { pace: Math.min(...paces) }),
      ...(probes.length > 0 && { probe: median(probes) }),
    },
    disturbed: sum(runs.map(({ disturbed }, i) => disturbed * inferences[i]!)) / sum(inferences),
    slower: Float64Array.from(runs.flatMap(({ slower }) => [...slower])),
    all: Float64Array.from(runs.flatMap(({ all }) => [...all])),
  }
}
