import type { Truth } from '../labels/truth.ts'
import type { NdArray } from '../ndarray.ts'

/** One sample: model input name -> array of shape [1, ...]. */
export type Sample = ReadonlyMap<string, NdArray>

/** Samples that are read one at a time: however many there are, one is in memory. */
export interface SampleStream extends Truth {
  /** Where the samples come from, for messages and evidence. */
  readonly source: string
  /** SHA-256 of all that decides the samples: bytes of files, and how they become arrays. Hex. */
  readonly sha256: string
  /** Number of samples. */
  readonly size: number
  /** Whether the samples are random numbers: good for experiments on speed alone. */
  readonly random?: true
  /** From the first sample to the last, as often as it is called. */
  samples(): AsyncIterable<Sample>
}
