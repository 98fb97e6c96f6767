import { attribute } from './attributes.ts'
import type { GraphIndex } from './graph.ts'
import type { NodeProto } from './onnx_pb.ts'
import { isDefaultDomain } from './opset/opset.ts'
import { floatData } from './tensor.ts'

/** The values that a Relu or Clip lets through; undefined for other nodes, and where a bound is computed. */
export function clampBounds(
  constants: GraphIndex['constants'],
  node: NodeProto,
): { min: number; max: number } | undefined {
  if (!isDefaultDomain(node.domain)) return undefined
  if (node.opType === 'Relu') return { min: 0, max: Number.POSITIVE_INFINITY }
  if (node.opType !== 'Clip') return undefined
  const min = bound(constants, node, 1, 'min', Number.NEGATIVE_INFINITY)
  const max = bound(constants, node, 2, 'max', Number.POSITIVE_INFINITY)
  return min === undefined || max === undefined ? undefined : { min, max }
}

/** Clip's bounds are attributes before opset 11 and optional inputs since. Undefined if one is computed. */
function bound(
  constants: GraphIndex['constants'],
  node: NodeProto,
  input: number,
  name: string,
  otherwise: number,
): number | undefined {
  const tensor = node.input[input]
  if (!tensor) return attribute(node, name)?.f ?? otherwise
  const constant = constants.get(tensor)
  return constant && floatData(constant)[0]
}
