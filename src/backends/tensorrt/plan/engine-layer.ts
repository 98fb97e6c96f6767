import type { EngineLayer } from '../../../engine/backend.ts'
import type { TensorrtLayer } from './read-layer-info.ts'

/** TensorRT's words for what ONNX calls so. */
const operators: ReadonlyMap<string, string> = new Map([
  ['Convolution', 'Conv'],
  ['Deconvolution', 'ConvTranspose'],
  ['MatrixMultiply', 'MatMul'],
])

/**
 * A layer in the words of every backend. It counts by the type of its first input, as NVIDIA's engine explorer does: that
 * is what it computes in, also if it gives its result in another type.
 */
export function engineLayer({ name, type, parameterType, inputs, outputs }: TensorrtLayer): EngineLayer {
  const operator = parameterType === undefined ? undefined : operators.get(parameterType)
  return {
    name,
    op: parameterType || type,
    precision: (inputs[0] ?? outputs[0])?.precision ?? 'other',
    ...(operator !== undefined && { operator }),
  }
}
