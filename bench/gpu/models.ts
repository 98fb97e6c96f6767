import { join, resolve } from 'node:path'
import type { TensorrtTarget } from '../../src/backends/tensorrt/target.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'

const folder = resolve(process.env.QUANTRACT_SHARED ?? 'shared', 'models')
const data = resolve(process.env.GPU_DATA ?? 'gpu-data')
const example = resolve('examples/pytorch-digits')

/** The model and its data, how many samples calibrate, and whether there are labels. */
const files = {
  resnet20: { ...sharedModel('resnet20', 'resnet20_cifar10'), samples: 50, labelled: true },
  resnet56: { ...sharedModel('resnet56', 'resnet56_cifar10'), samples: 50, labelled: true },
  squeezenet: { ...sharedModel('squeezenet', 'squeezenet1.1'), samples: 50, labelled: true },
  mobilenetv2: {
    ...sharedModel('mobilenetv2', 'mobilenetv2_1.0_224'),
    samples: 50,
    labelled: true,
    // All of it in symmetric INT8 has 10 to 16 dB to float, whatever the method: labels say what that costs.
    calibration: 'percentile',
    outputError: '10 dB',
  },
  yolox: { ...sharedModel('yolox', 'yolox_nano'), samples: 32, labelled: false },
  silu: { model: join(data, 'silu.onnx'), npz: join(data, 'silu.npz'), samples: 64, labelled: false },
  digits: {
    model: join(example, 'digits.onnx'),
    npz: join(example, 'data/evaluation.npz'),
    samples: 100,
    labelled: true,
    // TensorRT's own rule cuts the drawn strokes off.
    calibration: 'mse',
  },
} as const

export type ModelName = keyof typeof files

export const modelNames = Object.keys(files) as ModelName[]

/** Implicit by our calibration, explicit by our placement, and the model as it is; on the GPU that GPU_DEVICE numbers. */
export function gpuSpec(name: ModelName, target: Partial<TensorrtTarget>, budgetSeconds: number) {
  const { model, npz, samples, labelled, ...rest } = files[name]
  const calibration = 'calibration' in rest ? { calibration: rest.calibration } : {}
  const outputError = 'outputError' in rest ? { outputError: rest.outputError } : {}
  return {
    model,
    calibration: { npz, limit: samples },
    ...(labelled && { evaluation: { npz } }),
    variants: {
      fp32: { quantization: 'none' },
      implicit: { quantization: 'implicit', ...calibration },
      explicit: { quantization: 'explicit', placement: 'tensorrt', ...calibration, ...outputError },
    },
    target: { device: Number(process.env.GPU_DEVICE ?? 0), ...target, backend: 'tensorrt' },
    budgetSeconds,
  } as const satisfies BuildSpec
}

/** A public model and the data for it that `data.py` wrote. */
function sharedModel(name: string, file: string) {
  return { model: join(folder, `${file}.onnx`), npz: join(data, `${name}.npz`) }
}
