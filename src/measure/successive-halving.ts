import { median } from 'simple-statistics'
import { seededRandom } from '../statistics/random.ts'
import { shuffled } from '../statistics/shuffled.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { stopLaunches } from './launches.ts'
import { pacedTimings } from './pace/paced-timings.ts'
import { repeatUntil } from './repeat-until.ts'
import { timeRound } from './time-round.ts'
import { realTimer, type Timer } from './timer.ts'
import { warmUp } from './warm-up.ts'

const segmentLength = 3
/** Rounds between two halvings, as far as there is time. */
const [least, most] = [6, 120]
/** So many are never parted by a halving. */
const left = 3

/** A contender's place in the ranking. */
export interface Place {
  readonly id: string
  /** Median quiet latency in ms, over the rounds that it took part in. */
  readonly milliseconds: number
}

export interface HalvingOptions extends MeasureOptions {
  readonly seconds: number
  /** Ids that never drop out. */
  readonly kept?: ReadonlySet<string>
}

/**
 * Ranks many engines by successive halving (Karnin, Koren and Somekh, 2013): all run in interleaved rounds, the slower
 * half drops out, and the others share the time of the next rounds, until few are left. So the time goes to those that
 * are hard to tell apart.
 *
 * Within a round each latency is compared with the others of the same round, so that drift meets all alike. This ranks;
 * it does not decide (winner's curse).
 *
 * @returns the fastest first
 */
export async function successiveHalving(
  contenders: readonly Contender[],
  options: HalvingOptions,
  { start, now }: Timer = realTimer,
): Promise<Place[]> {
  const launches = await start(contenders, 2, options)
  const random = seededRandom(options.seed)
  const latencies = new Map(contenders.map(({ id }) => [id, [] as number[]]))
  const places: Place[] = []
  try {
    for (const { engines } of launches) await warmUp(engines, [...latencies.keys()])
    const pace = await pacedTimings(launches[0]!, { budgetSeconds: options.seconds }, now)
    const stages = Math.max(1, Math.ceil(Math.log2(contenders.length / left)) + 1)
    const seconds = options.seconds / stages
    let alive = contenders.map(({ id }) => id)
    for (let stage = 1; ; stage++) {
      const relative = new Map(alive.map(id => [id, [] as number[]]))
      let rounds = 0
      const runRound = async () => {
        const order = shuffled(alive, random)
        const timed = await timeRound(launches[rounds % launches.length]!, order, segmentLength + 1, pace)
        if (!timed) return
        rounds++
        const quiet = timed.map(segment => Math.min(...segment.subarray(1)))
        const usual = median(quiet)
        for (const [i, id] of order.entries()) {
          latencies.get(id)!.push(quiet[i]!)
          relative.get(id)!.push(quiet[i]! / usual)
        }
      }
      await repeatUntil(runRound, { least, most, seconds, signal: options.signal, now })
      const score = new Map([...relative].map(([id, ratios]) => [id, median(ratios)]))
      alive.sort((a, b) => score.get(a)! - score.get(b)!)
      const stay = stage >= stages ? 0 : Math.max(left, Math.ceil(alive.length / 2))
      const survivors = stay === 0 ? [] : alive.filter((id, i) => i < stay || options.kept?.has(id))
      const gone = alive.filter(id => !survivors.includes(id))
      places.unshift(...gone.map(id => ({ id, milliseconds: median(latencies.get(id)!) })))
      if (survivors.length > 0) {
        alive = survivors
        continue
      }
      await pace.close()
      return places
    }
  } finally {
    await stopLaunches(launches)
  }
}
