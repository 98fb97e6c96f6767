import type { BackendName, GivenTarget, OwnWords } from '../backends/backends.ts'
import type { MethodName } from '../calibration/methods.ts'
import type { PlacementName } from '../quantize/placements.ts'
import type { Selection } from './selection/selection.ts'

/** The recipe for an engine. */
export type Variant = NoneVariant | ImplicitVariant | ExplicitVariant

/**
 * Signal to quantization noise, e.g. `20 dB`, that every output has to have against the float model, on calibration samples
 * that were held back; `15 dB` by default. Layers go back to float until it holds. `none`: errors are told and nothing more.
 */
export type OutputBound = string

/** Where a variant runs, if that is not where the others do. */
export interface OwnTarget {
  /** Threads and batch are those of all. */
  readonly target?: OwnWords
}

/** What an implicit variant may run on: a backend by its name, or a target of one. */
export type EngineChoice = BackendName | GivenTarget

/** The model as it is. */
export interface NoneVariant extends OwnTarget {
  readonly quantization: 'none'
  /** Another model file than the contract's. */
  readonly model?: string
}

/** The builder gives each layer INT8 or float, whichever is faster. */
export interface ImplicitVariant extends Selection, OwnTarget {
  readonly quantization: 'implicit'
  /** How ranges are chosen from the calibration data; by default as the backend does: `entropy` with TensorRT, otherwise `mse`. */
  readonly calibration?: MethodName
  /**
   * Percentage points of accuracy, e.g. `0.5%`, that INT8 may cost against fp32 on the labelled evaluation data; without
   * labels, the share of the calibration samples on which the two may disagree. Layers go back to float until it holds.
   */
  readonly maxAccuracyDrop?: string
  /**
   * What it may run on, by backend or target: the fastest plan of each is compared with the others', and the fastest of all is
   * the engine. Not with `target`.
   */
  readonly engines?: readonly EngineChoice[]
  /** Seconds that the build may take, instead of what holds for all variants. With `engines` they share it. */
  readonly buildTime?: number
  /** See `OutputBound`. With `maxAccuracyDrop` and labels, that decides instead. */
  readonly outputError?: OutputBound
  /** A calibration cache of TensorRT instead, for targets with TensorRT alone. */
  readonly cache?: string
}

/** An implicit engine of TensorRT whose INT8 layers the contract's model is to have as Q/DQ pairs. */
export interface LikeEngine {
  /** Its layer information, in detail. */
  readonly layers: string
  /** The calibration cache that it was built with. */
  readonly cache: string
  /** Whether what is not INT8 becomes 16-bit floats, as strongly typed builds want it. */
  readonly half?: boolean
}

/**
 * Q/DQ nodes, obeyed exactly: the user's own model, or the contract's with pairs inserted by a placement, which may leave
 * nodes out, or with those of an implicit engine.
 */
export interface ExplicitVariant extends Selection, OwnTarget {
  readonly quantization: 'explicit'
  readonly model?: string
  /** `tuned` looks for the fastest pairs by building and timing, for targets with TensorRT alone. */
  readonly placement?: PlacementName | 'tuned'
  /** Of `tuned`: how many engines it may build, and for how many seconds. */
  readonly trials?: number
  readonly buildTime?: number
  /** Of `tuned`: percentage points of accuracy that INT8 may cost; see `ImplicitVariant`. */
  readonly maxAccuracyDrop?: string
  readonly like?: LikeEngine
  readonly calibration?: MethodName
  /** See `OutputBound`. Not with a `model`, which is obeyed as it is. */
  readonly outputError?: OutputBound
}
