import { entropy } from './entropy.ts'
import { minmax } from './minmax.ts'
import { mse } from './mse.ts'
import { percentile } from './percentile.ts'

/** Every calibration method, by name: a new one is one file and one line here. */
export const methods = { minmax, entropy, percentile, mse }

export type MethodName = keyof typeof methods
