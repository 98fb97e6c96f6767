import { InputError } from '../../errors.ts'
import type { Feed, FeedTensor } from '../tensor-info.ts'

/** A tensor on its way through JSON: base64 of its little-endian bytes. */
export interface EncodedTensor {
  readonly type: string
  readonly shape: readonly number[]
  readonly data: string
}

/** Values of a feed by input name, for engines whose types and shapes are known. */
export function encodeFeed(feed: Feed): Record<string, string> {
  return Object.fromEntries([...feed].map(([name, tensor]) => [name, base64Of(tensor)]))
}

/** A feed by input name, with types and shapes. */
export function encodeTensors(feed: Feed): Record<string, EncodedTensor> {
  return Object.fromEntries(
    [...feed].map(([name, tensor]) => {
      const { type, shape } = tensor
      return [name, { type, shape, data: base64Of(tensor) }]
    }),
  )
}

function base64Of({ data }: FeedTensor): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
}

const arrays: Readonly<Record<string, (bytes: ArrayBuffer) => FeedTensor['data']>> = {
  float32: bytes => new Float32Array(bytes),
  int32: bytes => new Int32Array(bytes),
  int64: bytes => new BigInt64Array(bytes),
  int8: bytes => new Int8Array(bytes),
  uint8: bytes => new Uint8Array(bytes),
  bool: bytes => new Uint8Array(bytes),
  int16: bytes => new Int16Array(bytes),
  uint16: bytes => new Uint16Array(bytes),
  uint32: bytes => new Uint32Array(bytes),
  uint64: bytes => new BigUint64Array(bytes),
  float64: bytes => new Float64Array(bytes),
}

/** What a host in Python gives, or the outputs named. Throws InputError if one is of a type that is not known. */
export function decodeFeed(
  outputs: Readonly<Record<string, EncodedTensor>>,
  names?: readonly string[],
): Feed {
  const wanted = Object.entries(outputs).filter(([name]) => names?.includes(name) ?? true)
  return new Map(
    wanted.map(([name, { type, shape, data }]) => {
      const toArray = arrays[type]
      if (!toArray) throw new InputError(`output \`${name}\` is of type ${type}, which is not read`)
      const bytes = Buffer.from(data, 'base64')
      const width = toArray(new ArrayBuffer(8)).BYTES_PER_ELEMENT
      if (bytes.length !== shape.reduce((product, size) => product * size, width)) {
        throw new InputError(
          `output \`${name}\` of shape ${shape.join('x')} in ${type} came as ${bytes.length} bytes`,
        )
      }
      // A copy, because a small buffer lies anywhere in a larger one.
      const own = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
      return [name, { type, shape, data: toArray(own) }]
    }),
  )
}
