import type { NdArray } from '../ndarray.ts'
import { checkNpyLength, parseNpyHeader } from './npy-header.ts'
import { rowMajor } from './row-major.ts'

/** The whole array of a `.npy` file, from a stream of its bytes. Throws InputError as `parseNpy`. */
export async function readNpy(chunks: AsyncIterable<Uint8Array>, source: string): Promise<NdArray> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  // A copy of its own: a Buffer may lie anywhere in a pool.
  return parseNpy(Uint8Array.from(Buffer.concat(parts)), source)
}

/**
 * Parses the bytes of a `.npy` file: NumPy's format for one array, versions 1 to 3 (NEP 1 and the documentation of
 * `numpy.lib.format`). float16 becomes float32, bool becomes uint8; other types keep theirs.
 *
 * The array shares memory with `bytes` where its elements are aligned there, as NumPy's are, little-endian and in C order.
 *
 * @param source What to call the array in messages, e.g. its path.
 * @throws InputError if the bytes are no array, cut off, or of a type that is not supported.
 */
export function parseNpy(bytes: Uint8Array, source: string): NdArray {
  const header = parseNpyHeader(bytes, source)
  checkNpyLength(header, bytes.length, source)
  const { type, shape, fortranOrder, dataOffset } = header
  const length = shape.reduce((product, size) => product * size, 1)
  const offset = bytes.byteOffset + dataOffset
  const data =
    offset % type.bytes === 0
      ? type.view(bytes.buffer, offset, length)
      : type.view(bytes.slice(dataOffset).buffer, 0, length)
  return fortranOrder ? rowMajor({ shape, data }) : { shape, data }
}
