import type { Cause } from './cause.ts'
import { concatRequantization } from './causes/concat-requantization.ts'
import { concatScales } from './causes/concat-scales.ts'
import { conversionsAdded } from './causes/conversions-added.ts'
import { dequantizedBranch } from './causes/dequantized-branch.ts'
import { floatAveragePool } from './causes/float-average-pool.ts'
import { floatBias } from './causes/float-bias.ts'
import { floatInsteadOfHalf } from './causes/float-instead-of-half.ts'
import { floatIslands } from './causes/float-islands.ts'
import { floatKernels } from './causes/float-kernels.ts'
import { floatResidualAdd } from './causes/float-residual-add.ts'
import { int8InputFloatOutput } from './causes/int8-input-float-output.ts'
import { mismatchedBias } from './causes/mismatched-bias.ts'
import { narrowInt8Layers } from './causes/narrow-int8-layers.ts'
import { runtimeWeights } from './causes/runtime-weights.ts'
import { saturationRisk } from './causes/saturation-risk.ts'
import { separateActivation } from './causes/separate-activation.ts'
import { separateQdq } from './causes/separate-qdq.ts'
import { signedActivation } from './causes/signed-activation.ts'
import { slowerInt8Kernels } from './causes/slower-int8-kernels.ts'
import { splitActivation } from './causes/split-activation.ts'
import { unfoldedActivation } from './causes/unfolded-activation.ts'
import { unfusedPairs } from './causes/unfused-pairs.ts'
import { unquantizedActivation } from './causes/unquantized-activation.ts'
import { unquantizedOutput } from './causes/unquantized-output.ts'
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
  unquantizedOutput,
  unquantizedActivation,
  splitActivation,
  unfoldedActivation,
  mismatchedBias,
  floatBias,
  signedActivation,
  unfusedPairs,
  runtimeWeights,
  concatScales,
  narrowInt8Layers,
  floatIslands,
  floatKernels,
  saturationRisk,
]
