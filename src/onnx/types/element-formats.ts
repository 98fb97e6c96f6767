import { float16ToNumber } from '../../data/float16.ts'
import type { NumericArray } from '../../data/ndarray.ts'
import { TensorProto_DataType as DataType, type TensorProto } from '../onnx_pb.ts'

/** How the elements of a tensor of one type are stored. */
export interface ElementFormat {
  /** Bytes of one element in raw data. */
  readonly bytes: number
  /** Elements from raw data: little-endian, as is every platform that ONNX Runtime has packages for. */
  fromRaw(buffer: ArrayBufferLike): NumericArray
  /** Elements from the typed fields that old exporters and hand-made models use. */
  fromFields(tensor: TensorProto): NumericArray
}

type Field = 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data'

interface TypedArray<Element> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike): NumericArray
  from(elements: ArrayLike<number | bigint>, convert: (element: Element) => Element): NumericArray
}

/** Elements that a typed array holds as they are. `convert` turns those of the field into the array's. */
function as<Element>(array: TypedArray<Element>, field: Field, convert: (element: never) => Element) {
  return {
    bytes: array.BYTES_PER_ELEMENT,
    fromRaw: (buffer: ArrayBufferLike) => new array(buffer),
    fromFields: (tensor: TensorProto) => array.from(tensor[field], convert as (element: Element) => Element),
  }
}

/** 16-bit patterns that stand for floats: all of them are looked up, for a model has millions. */
function half(toNumber: (pattern: number) => number): ElementFormat {
  let numbers: Float32Array | undefined
  const converted = (patterns: ArrayLike<number>) => {
    numbers ??= Float32Array.from({ length: 2 ** 16 }, (_, pattern) => toNumber(pattern))
    const values = new Float32Array(patterns.length)
    for (let i = 0; i < values.length; i++) values[i] = numbers[patterns[i]! & 0xffff]!
    return values
  }
  return {
    bytes: 2,
    fromRaw: buffer => converted(new Uint16Array(buffer)),
    fromFields: ({ int32Data }) => converted(int32Data),
  }
}

const bits = new Uint32Array(1)
const float = new Float32Array(bits.buffer)

/** bfloat16, given as its bit pattern, as a number: the upper half of a binary32. */
function bfloat16ToNumber(pattern: number): number {
  bits[0] = pattern << 16
  return float[0]!
}

/** Formats by element type. Strings, complex numbers, 8-bit floats and what is narrower have no typed array. */
export const elementFormats: ReadonlyMap<DataType, ElementFormat> = new Map<DataType, ElementFormat>([
  [DataType.FLOAT, as(Float32Array, 'floatData', Number)],
  [DataType.DOUBLE, as(Float64Array, 'doubleData', Number)],
  [DataType.INT8, as(Int8Array, 'int32Data', Number)],
  [DataType.BOOL, as(Uint8Array, 'int32Data', Number)],
  [DataType.UINT8, as(Uint8Array, 'int32Data', Number)],
  [DataType.INT16, as(Int16Array, 'int32Data', Number)],
  [DataType.UINT16, as(Uint16Array, 'int32Data', Number)],
  [DataType.INT32, as(Int32Array, 'int32Data', Number)],
  [DataType.UINT32, as(Uint32Array, 'uint64Data', Number)],
  [DataType.INT64, as(BigInt64Array, 'int64Data', BigInt)],
  [DataType.UINT64, as(BigUint64Array, 'uint64Data', BigInt)],
  [DataType.FLOAT16, half(float16ToNumber)],
  [DataType.BFLOAT16, half(bfloat16ToNumber)],
])
