import type { NdArray } from './ndarray.ts'

/** Samples for a model: one array per model input, first axis = samples, and labels if they are known. */
export interface Dataset {
  /** Where the samples come from, for messages and evidence. */
  readonly source: string
  /** SHA-256 of the source's bytes, hex. */
  readonly sha256: string
  /** Number of samples. */
  readonly size: number
  /** Model input name -> array of shape [size, ...]. */
  readonly inputs: ReadonlyMap<string, NdArray>
  /** Whether the samples are random numbers: good for experiments on speed alone. */
  readonly random?: true
  /** Class index per sample; absent if the data is unlabelled. */
  readonly labels?: Int32Array
}
