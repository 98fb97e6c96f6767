import { seededRandom } from '../statistics/random.ts'
import { shuffled } from '../statistics/shuffled.ts'
import { realClock } from './clock.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { pacedTimings } from './pace/paced-timings.ts'
import { timeRound } from './time-round.ts'
import { usualLaunches } from './usual-launches.ts'
import { warmUp } from './warm-up.ts'

const usualLength = 3
const [least, most] = [8, 400]
/** Rounds where every segment is a process, which takes a second and has inferences enough of its own. */
const leastRuns = 2

/** Latencies in ms of one engine's segment in each round. */
export type Rounds = readonly (readonly number[])[]

/**
 * Latencies of many engines in shared processes, for an overview or for choosing among candidates: in every round each
 * runs one short segment, in an order drawn anew, so that drift meets all of them alike.
 *
 * This ranks; it does not decide. Whoever wins is confirmed on new samples (winner's curse).
 */
export async function roundRobin(
  contenders: readonly Contender[],
  options: MeasureOptions & { readonly seconds: number },
): Promise<ReadonlyMap<string, Rounds>> {
  const launches = await startLaunches(contenders, await usualLaunches(contenders), options)
  const ids = contenders.map(({ id }) => id)
  const random = seededRandom(options.seed)
  const rounds = new Map<string, number[][]>(ids.map(id => [id, []]))
  try {
    const { segments } = launches[0]!.engines
    const [length, dropped] = segments === 'inferences' ? [usualLength, 1] : [segments.inferences, 0]
    let roundSeconds = 0
    for (const { engines } of launches) {
      const latency = await warmUp(engines, ids)
      roundSeconds =
        segments === 'inferences'
          ? [...latency.values()].reduce((sum, s) => sum + s * (length + dropped), 0)
          : segments.seconds * ids.length
    }
    const fewest = segments === 'inferences' ? least : leastRuns
    const count = Math.min(most, Math.max(fewest, Math.ceil(options.seconds / roundSeconds)))
    const pace = await pacedTimings(launches[0]!, { budgetSeconds: options.seconds }, realClock.now)
    for (let round = 0; round < count; ) {
      options.signal?.throwIfAborted()
      const order = shuffled(ids, random)
      const timed = await timeRound(launches[round % launches.length]!, order, dropped + length, pace)
      if (!timed) continue
      for (const [i, id] of order.entries()) rounds.get(id)!.push([...timed[i]!.subarray(dropped)])
      round++
    }
    await pace.close()
    return rounds
  } finally {
    await stopLaunches(launches)
  }
}
