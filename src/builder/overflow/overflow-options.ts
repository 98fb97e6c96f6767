import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'

/** On what kernels are checked, and where. */
export interface OverflowOptions {
  /** Calibration samples to look at. */
  readonly feeds: readonly Feed[]
  /** Where the model is to run. */
  readonly target: Target
  /** Directory for temporary models. */
  readonly directory: string
  /** Bytes of inputs and outputs of the layers that are compared together; the model runs more often if they exceed it. */
  readonly memoryBudget?: number
  /** Fewer samples are looked at if layers that are compared together take longer: at least one. Default: 15. */
  readonly seconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}
