import type { Truth } from './labels/truth.ts'
import type { NdArray } from './ndarray.ts'
import type { SampleStream } from './stream/sample-stream.ts'

/** Samples for a model: one array per model input, first axis = samples, and what is right for each if that is known. */
export interface Dataset extends Truth {
  /** Where the samples come from, for messages and evidence. */
  readonly source: string
  /** SHA-256 of the source's bytes, hex. */
  readonly sha256: string
  /** Number of samples. */
  readonly size: number
  /** Model input name -> array of shape [size, ...], or of the first samples alone if there is a `stream`. */
  readonly inputs: ReadonlyMap<string, NdArray>
  /** All samples, if memory does not hold them: they are read anew each time that they are needed (`partsOf`). */
  readonly stream?: SampleStream
  /** Whether the samples are random numbers: good for experiments on speed alone. */
  readonly random?: true
}
