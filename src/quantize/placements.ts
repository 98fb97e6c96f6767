import type { Placement } from './placement.ts'
import { everywhere } from './placements/everywhere.ts'
import { modelopt } from './placements/modelopt.ts'
import { nncf } from './placements/nncf.ts'
import { onnxruntime } from './placements/onnxruntime.ts'
import { openvino } from './placements/openvino.ts'
import { pytorchQuantization } from './placements/pytorch-quantization.ts'
import { tensorrt } from './placements/tensorrt.ts'

/** Every placement by its name. */
export const placements = {
  onnxruntime,
  openvino,
  tensorrt,
  modelopt,
  'pytorch-quantization': pytorchQuantization,
  nncf,
  everywhere,
} as const satisfies Record<string, Placement>

export type PlacementName = keyof typeof placements
