import { path } from './path.ts'

export const model = {
  ...path,
  description: 'The fp32 model, relative to the contract.',
  examples: ['../models/resnet8.onnx'],
} as const
