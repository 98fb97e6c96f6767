import type { EngineFile } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import type { Feed } from '../engine/tensor-info.ts'

/** An engine that takes part in a measurement. */
export interface Contender extends EngineFile {
  /** Files of its further builds: launches take `model` and these in turn. */
  readonly rebuilds?: readonly string[]
}

export interface MeasureOptions {
  /** What is fed while engines are timed: the same for all contenders. */
  readonly feeds: readonly Feed[]
  readonly seed: number
  /** Where all contenders run; each launch is pinned to as many CPUs as an engine has threads. */
  readonly target: Target
  readonly signal?: AbortSignal | undefined
}
