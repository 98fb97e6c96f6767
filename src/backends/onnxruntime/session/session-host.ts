/**
 * Host program: holds the sessions of one or more engines, runs them and times them.
 *
 * Engines that are compared share this one process: with a process each, cold caches and migration between cores make
 * the noise of a comparison five times larger (docs/measuring.md).
 */
import { readFile } from 'node:fs/promises'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { float16ToNumber } from '../../../data/float16.ts'
import type { PacedTimes } from '../../../engine/backend.ts'
import { probePace } from '../../../engine/pace-probe.ts'
import { serve } from '../../../engine/serve.ts'
import { type Feed, type FeedTensor, notTensor, type TensorInfo } from '../../../engine/tensor-info.ts'
import { cpuWaitMeter } from './cpu-wait.ts'
import { openSession, type SessionSettings } from './session.ts'
import { type TimedSession, timeSegments } from './time-segments.ts'

type Feeds = Record<string, Tensor>

const sessions = new Map<string, TimedSession>()
let timedFeeds: Feeds[] = []
let nextFeed = 0

serve({
  /** Loads a model under an id and says what it takes and gives. */
  async open(id: string, model: string, settings: SessionSettings, delay = 0) {
    const session = await openSession(model, settings)
    const tensors = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name)
    // What is no tensor cannot be fetched from JavaScript.
    const fetches = tensors.length < session.outputNames.length ? tensors : undefined
    sessions.set(id, { session, delay, ...(fetches && { fetches }) })
    return { inputs: session.inputMetadata.map(tensorInfo), outputs: session.outputMetadata.map(tensorInfo) }
  },

  /** Writes what was profiled; the engine goes on without the profiler. */
  endProfiling(id: string) {
    opened(id).session.endProfiling()
  },

  async close(id: string) {
    await sessions.get(id)?.session.release()
    sessions.delete(id)
  },

  /** Feeds for `time`, taken in turn. */
  feed(feeds: readonly Feed[]) {
    timedFeeds = feeds.map(toOrt)
    nextFeed = 0
  },

  /**
   * Runs segments one after another: segment s is `length` inferences of engine `order[s]`.
   * Returns the latency of every inference in ms, in the order of running.
   */
  time(order: readonly string[], length: number) {
    return timeSegments(order.map(opened), length, takeFeed)
  },

  /** The same, with CPU times, and a probe of the pace before every `every` segments and after the last. */
  async timeWithPace(order: readonly string[], length: number, every: number): Promise<PacedTimes> {
    const probes = Float64Array.from({ length: Math.ceil(order.length / every) + 1 })
    const onSegment = (segment: number) => {
      if (segment % every === 0) probes[segment / every] = probePace()
    }
    const cpu = new Float64Array(order.length * length)
    const milliseconds = await timeSegments(order.map(opened), length, takeFeed, { onSegment, cpu })
    probes[probes.length - 1] = probePace()
    return { milliseconds, cpu, probes }
  },

  /** One inference on each feed; gives the outputs named, or all. */
  async infer(id: string, feeds: readonly Feed[], names?: readonly string[]) {
    const { session, fetches = session.outputNames } = opened(id)
    const results: Feed[] = []
    for (const feed of feeds) {
      const outputs = await session.run(toOrt(feed), names ?? fetches)
      results.push(new Map(Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor)])))
    }
    return results
  },

  /** Forgets all engines and feeds. Returns the resident set in bytes. */
  async reset() {
    for (const { session } of sessions.values()) await session.release()
    sessions.clear()
    timedFeeds = []
    return process.memoryUsage.rss()
  },

  /** How long inferences had to wait for a CPU since the last call, in ms. */
  waited: cpuWaitMeter(),

  /** Largest resident set of this process so far, in bytes. */
  async peakMemory() {
    // `VmHWM` belongs to this program alone; `maxRSS` would start from what the parent had when it forked.
    const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]
    return (kilobytes ? Number(kilobytes) : process.resourceUsage().maxRSS) * 1024
  },
})

function takeFeed(): Feeds {
  return timedFeeds[nextFeed++ % timedFeeds.length]!
}

function opened(id: string): TimedSession {
  const session = sessions.get(id)
  if (!session) throw new Error(`no engine was opened as ${id}`)
  return session
}

function toOrt(feed: Feed): Feeds {
  return Object.fromEntries(
    [...feed].map(([name, { type, data, shape }]) => [
      name,
      new Tensor(type as 'float32', data as Float32Array, shape),
    ]),
  )
}

function fromOrt(tensor: InferenceSession.OnnxValueMapType[string]): FeedTensor {
  const { type, data, dims } = tensor as Tensor
  if (type === 'float16') return { type: 'float32', data: fromFloat16(data), shape: dims }
  return { type, data: data as Float32Array, shape: dims }
}

/** ONNX Runtime gives bit patterns where JavaScript has no Float16Array. */
function fromFloat16(data: Tensor['data']): Float32Array {
  return data instanceof Uint16Array
    ? Float32Array.from(data, float16ToNumber)
    : Float32Array.from(data as unknown as ArrayLike<number>)
}

function tensorInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: notTensor, shape: [] }
}
