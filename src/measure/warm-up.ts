import type { OpenEngines } from '../engine/onnxruntime/open-engines.ts'

const minInferences = 5
const maxInferences = 50
const minMilliseconds = 60

/** Runs each engine until caches, memory pools and clocks have settled; gives the median latency of the last half, in seconds. */
export async function warmUp(engines: OpenEngines, ids: readonly string[]): Promise<Map<string, number>> {
  const latencies = new Map<string, number>()
  for (const id of ids) {
    const all: number[] = []
    let spent = 0
    while (all.length < minInferences || (spent < minMilliseconds && all.length < maxInferences)) {
      const [milliseconds] = await engines.time([id], 1)
      all.push(milliseconds!)
      spent += milliseconds!
    }
    const settled = all.slice(Math.floor(all.length / 2)).sort((a, b) => a - b)
    latencies.set(id, settled[Math.floor(settled.length / 2)]! / 1000)
  }
  return latencies
}
