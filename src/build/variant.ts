import type { MethodName } from '../calibration/methods.ts'
import type { PlacementName } from '../quantize/placements.ts'

/** The recipe for an engine. */
export type Variant = NoneVariant | ImplicitVariant | ExplicitVariant

/** The model as it is. */
export interface NoneVariant {
  readonly quantization: 'none'
  /** Another model file than the contract's. */
  readonly model?: string
}

/** The builder gives each layer INT8 or float, whichever is faster. */
export interface ImplicitVariant {
  readonly quantization: 'implicit'
  readonly calibration?: MethodName
}

/** Q/DQ nodes, obeyed exactly: the user's own model, or the contract's with pairs inserted by a placement. */
export interface ExplicitVariant {
  readonly quantization: 'explicit'
  readonly model?: string
  readonly placement?: PlacementName
  readonly calibration?: MethodName
}
