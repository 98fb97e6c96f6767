import type { ModelToOpen } from '../engine/onnxruntime/open-engines.ts'
import type { Feed } from '../engine/tensor-info.ts'

/** A model file that takes part in a measurement, and the feeds that are timed: the same for all contenders. */
export type Contender = ModelToOpen

export interface MeasureOptions {
  readonly feeds: readonly Feed[]
  readonly seed: number
  /** CPUs to pin each launch to; threads of the engines. */
  readonly threads: number
  readonly signal?: AbortSignal | undefined
}
