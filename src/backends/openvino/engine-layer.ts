import type { EngineLayer, Precision } from '../../engine/backend.ts'
import type { RuntimeStep } from './runtime-steps.ts'

/** The plugin's words for what ONNX calls so. */
const operators: Readonly<Record<string, string>> = {
  Convolution: 'Conv',
  Deconvolution: 'ConvTranspose',
  FullyConnected: 'MatMul',
  MatMul: 'MatMul',
  RNNSeq: 'LSTM',
  LSTMSequence: 'LSTM',
  GRUSequence: 'GRU',
}

/** The plugin's element types in the words of every backend. */
export function precisionOf(name: string): Precision {
  if (/^[iu]8$/.test(name)) return 'int8'
  if (name === 'bf16' || name === 'f16') return 'half'
  return name === 'f32' || name === 'f64' ? 'float' : 'other'
}

/**
 * A step in the words of every backend, called after the first node whose work it does. It counts by `runtimePrecision`,
 * which is what its kernel takes: a convolution that takes INT8 and gives float computes in INT8.
 */
export function engineLayer({ name, layerType, runtimePrecision, nodes }: RuntimeStep): EngineLayer {
  const operator = operators[layerType]
  return {
    name: nodes[0] ?? name,
    op: layerType,
    precision: precisionOf(runtimePrecision),
    ...(operator !== undefined && { operator }),
  }
}
