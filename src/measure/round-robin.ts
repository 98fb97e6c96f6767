import { seededRandom } from '../statistics/random.ts'
import { shuffled } from '../statistics/shuffled.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
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
    for (let round = 0; round < count; round++) {
      options.signal?.throwIfAborted()
      const order = shuffled(ids, random)
      const { engines } = launches[round % launches.length]!
      const milliseconds = await engines.time(order, dropped + length)
      order.forEach((id, i) => {
        const first = i * (dropped + length) + dropped
        rounds.get(id)!.push([...milliseconds.subarray(first, first + length)])
      })
    }
    return rounds
  } finally {
    await stopLaunches(launches)
  }
}
