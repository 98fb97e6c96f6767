import { foldActivations } from './remedies/fold-activations.ts'
import { leaveInFloat } from './remedies/leave-in-float.ts'
import { moveQBehindActivations } from './remedies/move-q-behind-activations.ts'
import { quantizeAveragePools } from './remedies/quantize-average-pools.ts'
import { quantizeBiases } from './remedies/quantize-biases.ts'
import { quantizeOutputs } from './remedies/quantize-outputs.ts'
import { quantizeSkipInputs } from './remedies/quantize-skip-inputs.ts'
import { shareConcatScales } from './remedies/share-concat-scales.ts'
import { unsignedActivations } from './remedies/unsigned-activations.ts'
import type { Remedy } from './remedy.ts'

/** Every change that `explain` can make itself; causes name them by their ids. */
export const remedies: readonly Remedy[] = [
  quantizeOutputs,
  moveQBehindActivations,
  foldActivations,
  quantizeBiases,
  unsignedActivations,
  quantizeSkipInputs,
  quantizeAveragePools,
  shareConcatScales,
  leaveInFloat,
]
