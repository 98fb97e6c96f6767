import { create, isFieldSet } from '@bufbuild/protobuf'
import type { NumericArray } from '../data/ndarray.ts'
import { InputError } from '../errors.ts'
import { byteLength, elementBytes, liesInFile } from './external-data/element-bytes.ts'
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.ts'
import { elementFormats } from './types/element-formats.ts'

/** The shape, [] for a scalar. */
export function tensorShape(tensor: TensorProto): number[] {
  return tensor.dims.map(Number)
}

/**
 * The elements of a tensor in row-major order.
 *
 * float16 and bfloat16 come as Float32Array, which holds them exactly; bool as Uint8Array. The array may share
 * memory with the tensor: copy before changing it. Types without a typed array (string, complex, 8-bit floats and
 * narrower than 8 bits) and tensors whose external data was not loaded throw an InputError.
 */
export function tensorData(tensor: TensorProto): NumericArray {
  const data = storedElements(tensor)
  const expected = tensorShape(tensor).reduce((product, size) => product * size, 1)
  if (data.length !== expected) {
    const shape = `[${tensorShape(tensor).join(', ')}]`
    throw new InputError(
      `tensor ${tensor.name} has ${data.length} elements, but its shape ${shape} needs ${expected}: the model is damaged, export it again`,
    )
  }
  return data
}

function storedElements(tensor: TensorProto): NumericArray {
  const format = elementFormats.get(tensor.dataType)
  if (!format) throw notReadable(tensor, 'has an element type that quantract does not read')
  const inFile = liesInFile(tensor)
  if (!inFile && !isFieldSet(tensor, TensorProtoSchema.field.rawData)) {
    if (tensor.dataLocation !== DataLocation.EXTERNAL) return format.fromFields(tensor)
    throw notReadable(tensor, 'lies in an external file that was not loaded')
  }
  if (byteLength(tensor) % format.bytes !== 0) throw notReadable(tensor, 'has a broken element')
  const bytes = elementBytes(tensor)
  // A view needs an aligned offset, which a part of a file seldom has; slice() of a Node.js Buffer would not copy.
  return format.fromRaw(inFile ? bytes.buffer : new Uint8Array(bytes).buffer)
}

/** The elements as 32-bit floats. */
export function floatData(tensor: TensorProto): Float32Array {
  const data = tensorData(tensor)
  if (data instanceof Float32Array) return data
  return Float32Array.from(data as ArrayLike<number | bigint>, Number)
}

/** A new tensor whose elements lie in `raw_data`. The data is copied. */
export function makeTensor(name: string, shape: readonly number[], data: NumericArray): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: typeOf(data), rawData })
}

/** ONNX element type of a typed array. */
function typeOf(data: NumericArray): DataType {
  if (data instanceof Float32Array) return DataType.FLOAT
  if (data instanceof Float64Array) return DataType.DOUBLE
  if (data instanceof Int8Array) return DataType.INT8
  if (data instanceof Uint8Array) return DataType.UINT8
  if (data instanceof Int16Array) return DataType.INT16
  if (data instanceof Uint16Array) return DataType.UINT16
  if (data instanceof Int32Array) return DataType.INT32
  if (data instanceof Uint32Array) return DataType.UINT32
  return data instanceof BigInt64Array ? DataType.INT64 : DataType.UINT64
}

function notReadable(tensor: TensorProto, why: string): InputError {
  const type = DataType[tensor.dataType] ?? `type ${tensor.dataType}`
  return new InputError(`tensor ${tensor.name} (${type}) ${why}`)
}
