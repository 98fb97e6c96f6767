import { entropy } from './methods/entropy.ts'
import { minmax } from './methods/minmax.ts'
import { mse } from './methods/mse.ts'
import { percentile } from './methods/percentile.ts'

/** Every calibration method, by name: a new one is one file and one line here. */
export const methods = { minmax, entropy, percentile, mse }

export type MethodName = keyof typeof methods
