/** Operators of the default set that multiply an activation (input 0) with weights (input 1). */
export const weightedOperators: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])
