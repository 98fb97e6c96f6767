import { sum } from 'simple-statistics'
import type { OpenEngines } from '../engine/backend.ts'
import { realClock } from './clock.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { isDisturbed } from './own-time.ts'
import { type AtPace, type PacePolicy, type PaceReport, pacedTimings } from './pace/paced-timings.ts'
import { usualPace } from './pace/usual-pace.ts'
import { warmUp } from './warm-up.ts'

/** Latencies of one engine alone, for clauses about absolute speed. */
export interface SingleRun {
  /** Latencies in ms in the order of running, one array per launch. All that count: nothing else is dropped or smoothed. */
  readonly launches: readonly Float64Array[]
  /** Wall time of these inferences, in seconds: includes what happens between them. */
  readonly wallSeconds: number
  /** How fast the machine ran; inferences below its full pace do not count. */
  readonly pace: PaceReport
  /** Share of the inferences during which somebody else had the CPU: they do not count either. */
  readonly disturbed: number
  /** Latencies in ms of those. */
  readonly slower: Float64Array
  /** Latencies in ms of all inferences, also of those that do not count. */
  readonly all: Float64Array
}

/** Inferences between two messages to the host. */
const inferencesPerCall = 50
const minInferences = 100
/** Longest stretch between two probes of the machine's pace, if an inference is not longer. */
const stretchSeconds = 0.02

/** Inferences that ran one after the other between two probes. */
interface Stretch extends AtPace {
  /** Of all its inferences. */
  readonly milliseconds: Float64Array
  /** Of those during which nobody else had the CPU; of all if the machine is judged as it is. */
  readonly undisturbed: Float64Array
}

/**
 * Times one engine for `seconds`, divided among the launches, which take turns. Where the machine runs below its full
 * pace it goes on for as long again.
 */
export async function measureSingle(
  contender: Contender,
  options: MeasureOptions & {
    readonly seconds: number
    readonly launches?: number
    readonly pace?: PacePolicy
    /** Default 100. */
    readonly leastInferences?: number
  },
): Promise<SingleRun> {
  const { id } = contender
  const launches = await startLaunches([contender], options.launches ?? 2, options)
  try {
    const latency = new Map<number, number>()
    for (const [i, { engines }] of launches.entries()) {
      latency.set(i, (await warmUp(engines, [id])).get(id)!)
    }
    const { engines } = launches[0]!
    const { segments } = engines
    const slowest = Math.max(...latency.values())
    const least = options.leastInferences ?? minInferences
    const perCall = Math.min(inferencesPerCall, Math.ceil(least / launches.length))
    const chunk = segments === 'inferences' ? perCall : segments.inferences
    const chunkSeconds = segments === 'inferences' ? chunk * slowest : segments.seconds
    const chunks = Math.max(Math.ceil(least / chunk), Math.ceil(options.seconds / chunkSeconds))
    const rounds = Math.max(1, Math.ceil(chunks / launches.length))
    let length = Math.max(1, Math.min(chunk, Math.floor(stretchSeconds / slowest)))
    // Stretches are of one length.
    while (chunk % length !== 0) length--
    const pace = await pacedTimings(
      launches[0]!,
      { ...options, budgetSeconds: options.seconds },
      realClock.now,
    )
    const asItIs = (options.pace ?? usualPace()) === 'any'
    const kept = launches.map((): Stretch[] => [])
    const all: Stretch[] = []
    let wall = 0
    const counts = launches.map(() => 0)
    const isEnough = () => counts.every(count => count >= rounds * chunk)
    for (let round = 0; !isEnough() && (round < rounds || wall < 2000 * options.seconds); round++) {
      for (const [i, { engines }] of launches.entries()) {
        options.signal?.throwIfAborted()
        const start = performance.now()
        const { stretches, probes } = await timeStretches(engines, id, chunk, length, asItIs)
        wall += performance.now() - start
        all.push(...stretches)
        const full = pace.kept(stretches, probes)
        kept[i]!.push(...full)
        counts[i]! += sum(full.map(({ undisturbed }) => undisturbed.length))
      }
    }
    await pace.close()
    const counted = kept.map(stretches => stretches.filter(pace.counts))
    const slower = all.filter(stretch => !pace.isFull(stretch))
    const inferences = sum(all.map(({ milliseconds }) => milliseconds.length))
    const inside = joined(counted.flat())
    const between = wall - sum(all.map(({ milliseconds }) => sum([...milliseconds])))
    return {
      launches: counted.map(joined),
      wallSeconds: (sum([...inside]) + (inside.length / inferences) * between) / 1000,
      pace: pace.report,
      disturbed: 1 - joined(all).length / inferences,
      slower: joined(slower),
      all: Float64Array.from(all.flatMap(({ milliseconds }) => [...milliseconds])),
    }
  } finally {
    await stopLaunches(launches)
  }
}

async function timeStretches(
  engines: OpenEngines,
  id: string,
  inferences: number,
  length: number,
  asItIs: boolean,
): Promise<{ readonly stretches: readonly Stretch[]; readonly probes: Float64Array }> {
  if (!engines.timeWithPace) {
    const milliseconds = await engines.time([id], inferences)
    return { stretches: [{ milliseconds, undisturbed: milliseconds }], probes: new Float64Array() }
  }
  const count = inferences / length
  const order = Array<string>(count).fill(id)
  const { milliseconds, cpu, probes } = await engines.timeWithPace(order, length, 1)
  const stretches = Array.from({ length: count }, (_, i) => {
    const wall = milliseconds.subarray(i * length, (i + 1) * length)
    const undisturbed = wall.filter((each, k) => asItIs || !isDisturbed(each, cpu[i * length + k]!))
    return { milliseconds: wall, undisturbed, probe: Math.max(probes[i]!, probes[i + 1]!) }
  })
  return { stretches, probes }
}

function joined(stretches: readonly Stretch[]): Float64Array {
  return Float64Array.from(stretches.flatMap(({ undisturbed }) => [...undisturbed]))
}
