import type { InferenceSession, OnnxValue } from 'onnxruntime-node'

/** What runs in a segment. */
export interface TimedSession {
  readonly session: InferenceSession
  /** Milliseconds that every inference spins first; see `ModelToOpen.delay`. */
  readonly delay: number
  /** Outputs that can be fetched, if those are not all. */
  readonly fetches?: readonly string[]
}

export interface SegmentWatch {
  readonly onSegment?: (segment: number) => void
  readonly cpu?: Float64Array
}

/**
 * Runs segments one after another, `length` inferences of one session each.
 *
 * @param nextFeed - gives the inputs of the next inference
 * @param watch.onSegment - is called before each segment, with its index
 * @param watch.cpu - receives the CPU time of every inference in ms, all threads
 * @returns latency of every inference in ms, in the order of running
 */
export async function timeSegments(
  segments: readonly TimedSession[],
  length: number,
  nextFeed: () => Readonly<Record<string, OnnxValue>>,
  { onSegment, cpu }: SegmentWatch = {},
): Promise<Float64Array> {
  const milliseconds = new Float64Array(segments.length * length)
  let at = 0
  for (const [segment, { session, delay, fetches }] of segments.entries()) {
    onSegment?.(segment)
    for (let i = 0; i < length; i++) {
      const feed = nextFeed()
      const before = cpu && process.cpuUsage()
      const start = performance.now()
      while (performance.now() - start < delay);
      await (fetches ? session.run(feed, fetches) : session.run(feed))
      milliseconds[at] = performance.now() - start
      if (before) {
        const { user, system } = process.cpuUsage(before)
        cpu[at] = (user + system) / 1000
      }
      at++
    }
  }
  return milliseconds
}
