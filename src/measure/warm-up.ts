import { median } from 'simple-statistics'
import type { OpenEngines } from '../engine/backend.ts'

const minInferences = 5
const maxInferences = 50
const minMilliseconds = 60

/** Runs each engine until caches, memory pools and clocks have settled; gives the median latency of the last half, in seconds. */
export async function warmUp(engines: OpenEngines, ids: readonly string[]): Promise<Map<string, number>> {
  const latencies = new Map<string, number>()
  const { segments } = engines
  for (const id of ids) {
    if (segments !== 'inferences') {
      // Every run warms itself up: the first only shows how long an inference takes.
      latencies.set(id, median([...(await engines.time([id], segments.inferences))]) / 1000)
      continue
    }
    const all: number[] = []
    let spent = 0
    while (all.length < minInferences || (spent < minMilliseconds && all.length < maxInferences)) {
      const [milliseconds] = await engines.time([id], 1)
      all.push(milliseconds!)
      spent += milliseconds!
    }
    latencies.set(id, median(all.slice(Math.floor(all.length / 2))) / 1000)
  }
  return latencies
}
