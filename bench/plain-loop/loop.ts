/**
 * What a program sees that runs two models with onnxruntime-node, as the documentation shows it: sessions by default, one
 * thread, and a clock around each inference. A process of its own; writes JSON to stdout.
 *
 *     node --import tsx loop.ts A.onnx B.onnx SAMPLES.npz SECONDS
 */
import { median } from 'simple-statistics'
import { inputsOf, openPlain, runPlain } from '../strangers/plain-session.ts'
import { feedOf } from '../strangers/samples/feed.ts'
import { readSamples, sampleCount } from '../strangers/samples/samples.ts'

/** Latency of a over that of b. */
export interface Ratio {
  /** Medians of all inferences, by the clock: what a program sees on a quiet machine. */
  readonly clock: number
  /** CPU time of the process, in sum: the same there, and what is left of it where others take the CPU. */
  readonly cpu: number
}

export interface PlainLoop {
  /** Five inferences of one model, then five of the other: as near as a loop comes to a program that uses one model. */
  readonly inTurns: Ratio
  /** The other model at every inference: each finds the caches as the other one left them. */
  readonly alternating: Ratio
}

const inARow = 5
const [a, b, data, seconds] = process.argv.slice(2) as [string, string, string, string]
const samples = await readSamples(data)
const sessions = [await openPlain(a), await openPlain(b)] as const
const inputs = inputsOf(sessions[0])
const feeds = Array.from({ length: Math.min(16, sampleCount(samples)) }, (_, i) => feedOf(samples, inputs, i))

/** With so many inferences of a model in a row. */
async function run(repeats: number): Promise<Ratio> {
  const latencies: [number[], number[]] = [[], []]
  const cpu: [number, number] = [0, 0]
  const end = performance.now() + (1000 * Number(seconds)) / 3
  for (let round = 0; performance.now() < end; round++) {
    // Who begins changes, so that what slows the machine down favours nobody.
    for (const model of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const before = process.cpuUsage()
      for (let i = 0; i < repeats; i++) {
        const start = performance.now()
        await runPlain(sessions[model], feeds[(round + i) % feeds.length]!)
        latencies[model].push(performance.now() - start)
      }
      const { user, system } = process.cpuUsage(before)
      cpu[model] += user + system
    }
  }
  return { clock: median(latencies[0]) / median(latencies[1]), cpu: cpu[0] / cpu[1] }
}

// The first inferences of a session are slower.
await run(1)
const loop: PlainLoop = { inTurns: await run(inARow), alternating: await run(1) }
console.log(JSON.stringify(loop))
