import type { TensorInfo } from '../engine/tensor-info.ts'
import type { Plan } from '../quantize/plan.ts'
import type { ModelHash } from './cache/hash.ts'
import type { EngineContext, Tuning } from './engine.ts'
import type { OutputErrors } from './guard/output-errors.ts'
import type { TimeLimit } from './time-limit.ts'

/** A model file as the builders see it. */
export interface SourceModel extends ModelHash {
  /** Absolute path. */
  readonly path: string
  readonly inputs: readonly TensorInfo[]
}

/** An explicit variant that is built already: a candidate of the implicit builder. */
export interface BuiltExplicit {
  readonly variant: string
  readonly model: string
  readonly sha256: string
}

/** What the build of one variant is given. */
export interface BuildTask {
  readonly variant: string
  /** Number of this build of the variant, from 1; see `builds` of a target. */
  readonly build: number
  /** The contract's fp32 model. */
  readonly source: SourceModel
  readonly context: EngineContext
  /** The explicit variants of the same contract. */
  readonly explicits: readonly BuiltExplicit[]
  /** The build's own directory: what is written here is kept in the cache. */
  readonly directory: string
  /** For files that nobody needs after the build. */
  readonly scratch: string
  /** How long it may take. */
  readonly time: TimeLimit
  readonly signal?: AbortSignal | undefined
  /** Receives one line that says what is going on. */
  readonly onProgress?: ((line: string) => void) | undefined
}

/**
 * Which file an engine runs: one that the build wrote into its directory, the contract's model, the variant's own
 * `model`, or that of an explicit variant. Not a path: the cache outlives the places of files.
 */
export type ModelChoice =
  | { readonly of: 'build'; readonly file: string }
  | { readonly of: 'contract' }
  | { readonly of: 'variant' }
  | { readonly of: 'explicit'; readonly variant: string }

/** What the build of one variant gives. */
export interface Built {
  readonly model: ModelChoice
  /** What the build found; one sentence each. */
  readonly notes: readonly string[]
  readonly outputErrors?: OutputErrors
  readonly plan?: Plan
  readonly tuning?: Tuning
}
