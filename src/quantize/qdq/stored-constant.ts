import { intAttribute } from '../../onnx/attributes.ts'
import type { GraphIndex } from '../../onnx/graph.ts'
import type { TensorProto_DataType as DataType, NodeProto, TensorProto } from '../../onnx/onnx_pb.ts'
import { floatData, tensorData, tensorShape } from '../../onnx/tensor.ts'
import { forEachElement } from '../weights.ts'

/** Constants that a DequantizeLinear turns into floats: integers, or floats that a QuantizeLinear reads. */
export interface StoredConstant {
  /** The DequantizeLinear. */
  readonly dequantize: NodeProto
  /** Real values, row-major, before rounding to integers where floats are stored. */
  readonly values: Float32Array
  readonly shape: readonly number[]
  readonly scale: TensorProto
  /** Axis of the scales; undefined if one scale holds for all. */
  readonly axis: number | undefined
}

/**
 * Follows a tensor back to the constants of one integer type that it stands for, through Identity, DequantizeLinear
 * and QuantizeLinear. Undefined if it does not come from such constants, or their zero point is not 0.
 */
export function storedConstant(
  index: GraphIndex,
  tensor: string | undefined,
  type: DataType.INT8 | DataType.INT32,
): StoredConstant | undefined {
  const dequantize = made(index, tensor, 'DequantizeLinear')
  const scale = index.constants.get(dequantize?.input[1] ?? '')
  if (!dequantize || !scale) return undefined
  const quantize = made(index, dequantize.input[0], 'QuantizeLinear')
  const constant = index.constants.get((quantize ?? dequantize).input[0]!)
  if (!constant) return undefined
  const zeroPoint = index.constants.get((quantize ?? dequantize).input[2] ?? '')
  const stored = quantize ? zeroPoint?.dataType : constant.dataType
  const symmetric = !zeroPoint || Array.from(tensorData(zeroPoint), Number).every(value => value === 0)
  if (stored !== type || !symmetric) return undefined

  const shape = tensorShape(constant)
  const scales = floatData(scale)
  const position = intAttribute(dequantize, 'axis', 1)
  const axis = scales.length === 1 ? undefined : position < 0 ? position + shape.length : position
  const values = Float32Array.from(floatData(constant))
  if (!quantize) {
    forEachElement(values, shape, axis, (integer, channel, i) => {
      values[i] = integer * scales[channel]!
    })
  }
  return { dequantize, values, shape, scale, axis }
}

/** The node of this type that makes a tensor. Exporters share equal tensors through Identity. */
function made(index: GraphIndex, tensor: string | undefined, opType: string): NodeProto | undefined {
  const node = index.producer.get(tensor ?? '')
  if (node?.opType === 'Identity') return made(index, node.input[0], opType)
  return node?.opType === opType ? node : undefined
}
