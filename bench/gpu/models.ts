import { join, resolve } from 'node:path'
import type { BuildSpec } from '../../src/build/build-spec.ts'
import type { Target } from '../../src/engine/target.ts'

const folder = resolve(process.env.QUANTRACT_SHARED ?? 'shared', 'models')
const data = resolve(process.env.GPU_DATA ?? 'gpu-data')

/** Model files, how many samples calibrate, and whether the data that `data.py` wrote are labelled. */
const files = {
  resnet20: { file: 'resnet20_cifar10.onnx', samples: 50, labelled: true },
  resnet56: { file: 'resnet56_cifar10.onnx', samples: 50, labelled: true },
  squeezenet: { file: 'squeezenet1.1.onnx', samples: 50, labelled: true },
  mobilenetv2: { file: 'mobilenetv2_1.0_224.onnx', samples: 50, labelled: true },
  yolox: { file: 'yolox_nano.onnx', samples: 32, labelled: false },
} as const

export type ModelName = keyof typeof files

export const modelNames = Object.keys(files) as ModelName[]

/** Implicit by our calibration, explicit by our placement, and the model as it is. */
export function gpuSpec(name: ModelName, target: Partial<Target>, budgetSeconds: number) {
  const { file, samples, labelled } = files[name]
  const npz = join(data, `${name}.npz`)
  return {
    model: join(folder, file),
    calibration: { npz, limit: samples },
    ...(labelled && { evaluation: { npz } }),
    variants: {
      fp32: { quantization: 'none' },
      implicit: { quantization: 'implicit' },
      explicit: { quantization: 'explicit', placement: 'tensorrt' },
    },
    target: { backend: 'tensorrt', ...target },
    budgetSeconds,
  } as const satisfies BuildSpec
}
