import type { NodeProto } from '../../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../../onnx/opset/opset.ts'

/** Operators that give the values of their input another shape, and are no layers of an engine. */
export const views: ReadonlySet<string> = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Dropout',
])

const pools = new Set(['AveragePool', 'GlobalAveragePool', 'MaxPool', 'GlobalMaxPool', 'ReduceMean'])

export function isPool({ domain, opType }: NodeProto): boolean {
  return isDefaultDomain(domain) && pools.has(opType)
}
