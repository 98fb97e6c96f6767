import type { Cause } from './cause.ts'
import { concatRequantization } from './causes/concat-requantization.ts'
import { conversionsAdded } from './causes/conversions-added.ts'
import { dequantizedBranch } from './causes/dequantized-branch.ts'
import { floatAveragePool } from './causes/float-average-pool.ts'
import { floatInsteadOfHalf } from './causes/float-instead-of-half.ts'
import { floatResidualAdd } from './causes/float-residual-add.ts'
import { int8InputFloatOutput } from './causes/int8-input-float-output.ts'
import { separateActivation } from './causes/separate-activation.ts'
import { separateQdq } from './causes/separate-qdq.ts'
import { slowerInt8Kernels } from './causes/slower-int8-kernels.ts'
import { unquantizedSum } from './causes/unquantized-sum.ts'

/** Every cause that `explain` looks for. */
export const causes: readonly Cause[] = [
  conversionsAdded,
  separateQdq,
  floatResidualAdd,
  unquantizedSum,
  dequantizedBranch,
  int8InputFloatOutput,
  separateActivation,
  concatRequantization,
  floatAveragePool,
  slowerInt8Kernels,
  floatInsteadOfHalf,
]
