import { float16ToNumber } from '../float16.ts'
import type { NumericArray } from '../ndarray.ts'

/** How the elements of a `.npy` file of one type become an array. */
export interface NpyType {
  /** Bytes of one element in the file. */
  readonly bytes: number
  /** The elements; a view of the buffer where the type allows it. `offset` is a multiple of `bytes`. */
  view(buffer: ArrayBufferLike, offset: number, length: number): NumericArray
}

type ArrayType = {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, offset: number, length: number): NumericArray
}

const viewOf = (type: ArrayType): NpyType => ({
  bytes: type.BYTES_PER_ELEMENT,
  view: (buffer, offset, length) => new type(buffer, offset, length),
})

/**
 * The types that can be read, by NumPy's kind and size: `f4` of the type string `<f4`. Everything else - text, objects,
 * dates, complex numbers - is no input of a network.
 *
 * Views take the machine's byte order for that of the file: ONNX Runtime runs on little-endian machines only.
 */
export const npyTypes: ReadonlyMap<string, NpyType> = new Map<string, NpyType>([
  ['f4', viewOf(Float32Array)],
  ['f8', viewOf(Float64Array)],
  ['i1', viewOf(Int8Array)],
  ['u1', viewOf(Uint8Array)],
  ['i2', viewOf(Int16Array)],
  ['u2', viewOf(Uint16Array)],
  ['i4', viewOf(Int32Array)],
  ['u4', viewOf(Uint32Array)],
  ['i8', viewOf(BigInt64Array)],
  ['u8', viewOf(BigUint64Array)],
  // NumPy stores a bool as a byte, 0 or 1.
  ['b1', viewOf(Uint8Array)],
  // JavaScript has no array of float16 in every Node that we support, and float32 holds all of its values exactly.
  [
    'f2',
    {
      bytes: 2,
      view: (buffer, offset, length) =>
        Float32Array.from(new Uint16Array(buffer, offset, length), float16ToNumber),
    },
  ],
])

/** The same elements with their bytes in the other order, which are copied: views know the machine's order alone. */
export function byteSwapped(type: NpyType): NpyType {
  return {
    bytes: type.bytes,
    view(buffer, offset, length) {
      const bytes = Buffer.from(buffer.slice(offset, offset + length * type.bytes))
      if (type.bytes === 2) bytes.swap16()
      else if (type.bytes === 4) bytes.swap32()
      else bytes.swap64()
      return type.view(bytes.buffer, bytes.byteOffset, length)
    },
  }
}
