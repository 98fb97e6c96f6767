import type { Cause } from './cause.ts'
import { conversionsAdded } from './causes/conversions-added.ts'

/** Every cause that `explain` looks for. */
export const causes: readonly Cause[] = [conversionsAdded]
