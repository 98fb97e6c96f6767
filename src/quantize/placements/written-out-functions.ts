import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import type { PlacementModel } from '../placement.ts'

/** Operators whose result depends on how many digits small values have. */
const roots = new Set(['Sqrt', 'Reciprocal', 'Log', 'Exp', 'Pow', 'ReduceL2', 'ReduceLogSumExp'])

/** What such functions are written with besides. */
const parts = new Set(['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Abs', 'Max', 'Min', 'Tanh', 'Erf'])

/**
 * The nodes of functions that are written out in elementary operators around a root, power, exponential or quotient: a
 * LayerNormalization, a Softmax, a norm. Each step of them in 8 bits leaves nothing of the result.
 */
export function writtenOutFunctions(model: PlacementModel): ReadonlySet<NodeProto> {
  const { graph, producer, readers, constants } = model
  const isRoot = ({ domain, opType, input }: NodeProto) =>
    isDefaultDomain(domain) && (roots.has(opType) || (opType === 'Div' && !constants.has(input[1]!)))
  const isPart = ({ domain, opType }: NodeProto) =>
    isDefaultDomain(domain) && (parts.has(opType) || opType.startsWith('Reduce'))
  const found = new Set(graph.node.filter(isRoot))
  for (const node of found) {
    const before = node.input.flatMap(name => producer.get(name) ?? [])
    const behind = node.output.flatMap(name => (readers.get(name) ?? []).map(reader => reader.node))
    for (const next of [...before, ...behind]) if (isPart(next)) found.add(next)
  }
  return found
}
