import type { SampleStream } from './stream/sample-stream.ts'

/** A stream in two. */
export interface SplitSamples {
  readonly calibrating: SampleStream
  /** To check on what the calibration gave. */
  readonly checking: SampleStream
  /** Whether the two have no sample in common: there are enough to hold some back. */
  readonly heldBack: boolean
}

/** A median and a worst value need no more; all of them are run, and stay in memory. */
const [least, most] = [4, 32]

/**
 * Holds back a tenth of the samples, 4 to 32, spread evenly over the stream, whose order may mean something. Of fewer than
 * twice 4 samples all calibrate, and all check.
 */
export function holdBack(stream: SampleStream): SplitSamples {
  const { size } = stream
  if (size < 2 * least) return { calibrating: stream, checking: stream, heldBack: false }
  const count = Math.min(Math.max(Math.floor(size / 10), least), most)
  const held = new Set(Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count)))
  return {
    calibrating: part(stream, size - count, index => !held.has(index)),
    checking: part(stream, count, index => held.has(index)),
    heldBack: true,
  }
}

function part(stream: SampleStream, size: number, holds: (index: number) => boolean): SampleStream {
  const { labels } = stream
  return {
    ...stream,
    size,
    ...(labels && { labels: labels.filter((_, index) => holds(index)) }),
    async *samples() {
      let index = 0
      // To the end, behind which comes the check that the file is whole.
      for await (const sample of stream.samples()) if (holds(index++)) yield sample
    },
  }
}
