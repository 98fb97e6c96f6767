import type { SampleOutputs } from '../cut-samples.ts'

/** What a detector found on one sample. */
export interface Detections {
  /** Four numbers per detection, one after the other: left, top, right, bottom, in the unit of the true boxes. */
  readonly boxes: ArrayLike<number>
  /** Class index per detection. */
  readonly classes: ArrayLike<number>
  /** Confidence per detection. */
  readonly scores: ArrayLike<number>
}

/** A function of the user's that reads detections out of the outputs for one sample. */
export type Decoder = (outputs: SampleOutputs, index: number) => Detections
