import type { Contender, MeasureOptions } from './contender.ts'
import { startLaunches, stopLaunches } from './launches.ts'
import { warmUp } from './warm-up.ts'

/** Latencies of one engine alone, for clauses about absolute speed. */
export interface SingleRun {
  /** Latencies in ms in the order of running, one array per launch. All of them: nothing is dropped or smoothed. */
  readonly launches: readonly Float64Array[]
  /** Wall time of the timed inferences, in seconds: includes what happens between them. */
  readonly wallSeconds: number
}

/** Inferences between two messages to the host. */
const inferencesPerCall = 50
const minInferences = 100

/** Times one engine for `seconds`, divided among the launches, which take turns. */
export async function measureSingle(
  contender: Contender,
  options: MeasureOptions & { readonly seconds: number; readonly launches?: number },
): Promise<SingleRun> {
  const launches = await startLaunches([contender], options.launches ?? 2, options)
  try {
    const latency = new Map<number, number>()
    for (const [i, { engines }] of launches.entries()) {
      latency.set(i, (await warmUp(engines, [contender.id])).get(contender.id)!)
    }
    const { segments } = launches[0]!.engines
    const chunk = segments === 'inferences' ? inferencesPerCall : segments.inferences
    const chunkSeconds = segments === 'inferences' ? chunk * Math.max(...latency.values()) : segments.seconds
    const chunks = Math.max(Math.ceil(minInferences / chunk), Math.ceil(options.seconds / chunkSeconds))
    const rounds = Math.max(1, Math.ceil(chunks / launches.length))
    const results = launches.map(() => new Float64Array(rounds * chunk))
    let wall = 0
    for (let round = 0; round < rounds; round++) {
      for (const [i, { engines }] of launches.entries()) {
        options.signal?.throwIfAborted()
        const start = performance.now()
        results[i]!.set(await engines.time([contender.id], chunk), round * chunk)
        wall += performance.now() - start
      }
    }
    return { launches: results, wallSeconds: wall / 1000 }
  } finally {
    await stopLaunches(launches)
  }
}
