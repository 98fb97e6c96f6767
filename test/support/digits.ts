import { fileURLToPath } from 'node:url'
import type { BuildSpec } from '../../src/builder/build-spec.ts'

const example = (file: string) =>
  fileURLToPath(new URL(`../../examples/pytorch-digits/${file}`, import.meta.url))

/** Files of the digits example. */
export const digits = {
  fp32: example('digits.onnx'),
  explicit: example('digits.qdq.onnx'),
  calibration: example('data/calibration.npz'),
  evaluation: example('data/evaluation.npz'),
}

/** The digits example with its two INT8 forms. */
export const digitsSpec = {
  model: digits.fp32,
  calibration: digits.calibration,
  evaluation: digits.evaluation,
  variants: {
    fp32: { quantization: 'none' },
    implicit: { quantization: 'implicit' },
    explicit: { quantization: 'explicit', model: digits.explicit },
  },
  budgetSeconds: 4,
} as const satisfies BuildSpec
