import { seededRandom } from '../statistics/random.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { warmUp } from './warm-up.ts'

const segmentLength = 3

/**
 * Quiet latency of many engines in one process, for choosing among candidates: in every round each runs one short
 * segment, in an order drawn anew. Gives per contender its segment minima in ms, one per round: rounds are paired.
 *
 * This ranks; it does not decide. Whoever wins is confirmed on new samples (winner's curse).
 */
export async function roundRobin(
  contenders: readonly Contender[],
  options: MeasureOptions & { readonly seconds: number },
): Promise<Map<string, number[]>> {
  const launches = await startLaunches(contenders, 2, options)
  const ids = contenders.map(({ id }) => id)
  const random = seededRandom(options.seed)
  const minima = new Map<string, number[]>(ids.map(id => [id, []]))
  try {
    let roundSeconds = 0
    for (const { engines } of launches) {
      const latency = await warmUp(engines, ids)
      roundSeconds = [...latency.values()].reduce((sum, s) => sum + s * (segmentLength + 1), 0)
    }
    const rounds = Math.min(60, Math.max(8, Math.ceil(options.seconds / roundSeconds)))
    for (let round = 0; round < rounds; round++) {
      options.signal?.throwIfAborted()
      const order = shuffled(ids, random)
      const { engines } = launches[round % launches.length]!
      const milliseconds = await engines.time(order, segmentLength + 1)
      order.forEach((id, i) => {
        const first = i * (segmentLength + 1)
        minima.get(id)!.push(Math.min(...milliseconds.subarray(first + 1, first + 1 + segmentLength)))
      })
    }
    return minima
  } finally {
    await stopLaunches(launches)
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
