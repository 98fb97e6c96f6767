import type { MethodName } from '../calibration/methods.ts'
import type { PlacementName } from '../quantize/placements.ts'

/** The recipe for an engine. */
export type Variant =
  /** The model as it is. */
  | { readonly quantization: 'none' }
  /** The builder gives each layer INT8 or float, whichever is faster. */
  | { readonly quantization: 'implicit'; readonly calibration?: MethodName }
  /** Q/DQ nodes, obeyed exactly: the user's own model, or the model with pairs inserted by a placement. */
  | {
      readonly quantization: 'explicit'
      readonly model?: string
      readonly placement?: PlacementName
      readonly calibration?: MethodName
    }
