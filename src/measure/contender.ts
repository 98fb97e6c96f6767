import type { EngineFile } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import type { Feed } from '../engine/tensor-info.ts'

/** An engine that takes part in a measurement, and the feeds that are timed: the same for all contenders. */
export type Contender = EngineFile

export interface MeasureOptions {
  readonly feeds: readonly Feed[]
  readonly seed: number
  /** Where all contenders run; each launch is pinned to as many CPUs as an engine has threads. */
  readonly target: Target
  readonly signal?: AbortSignal | undefined
}
