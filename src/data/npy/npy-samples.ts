import { InputError } from '../../errors.ts'
import type { NdArray, NumericArray } from '../ndarray.ts'
import { type ByteReader, byteReader } from './byte-reader.ts'
import { checkNpyLength, type NpyHeader, npyHeaderLength, npyPrefix, parseNpyHeader } from './npy-header.ts'
import { rowMajor } from './row-major.ts'

/**
 * The header of a `.npy` file, from a stream of its bytes. Nothing is read of what it claims.
 *
 * @param fileBytes length of the file
 * @throws InputError as `parseNpyHeader`, and if the file is longer or shorter than the header says
 */
export async function readNpyHeader(
  chunks: AsyncIterable<Uint8Array>,
  fileBytes: number,
  source: string,
): Promise<NpyHeader> {
  const reader = byteReader(chunks)
  try {
    const header = await headerOf(reader, source)
    checkNpyLength(header, fileBytes, source)
    return header
  } finally {
    await reader.close()
  }
}

/** No input of a network is as large: a deflated file of some megabytes can hold more. */
const largestSample = 2 ** 31

/**
 * The array of a `.npy` file, cut along its first axis, one sample at a time.
 *
 * @param chunks the bytes of the file
 * @throws InputError as `parseNpyHeader`, and where the elements end early
 */
export async function* npySamples(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<NdArray> {
  const reader = byteReader(chunks)
  try {
    const header = await headerOf(reader, source)
    const { type, shape } = header
    const [size = 0, ...sample] = shape
    const length = sample.reduce((product, axis) => product * axis, 1)
    const wanted = length * type.bytes
    if (wanted > largestSample) {
      throw new InputError(`${source} has samples of ${wanted} bytes: the largest that are fed have 2 GiB`)
    }
    const ordered = header.fortranOrder ? await inRowMajor(reader, header, source) : undefined
    for (let index = 0; index < size; index++) {
      if (ordered) {
        const data = ordered.slice(index * length, (index + 1) * length) as NumericArray
        yield { shape: [1, ...sample], data }
        continue
      }
      const bytes = await reader.read(wanted)
      if (bytes.length < wanted) {
        throw new InputError(`${source} ends within sample ${index} of ${size}: save it again`)
      }
      yield { shape: [1, ...sample], data: type.view(bytes.buffer, 0, length) }
    }
    const beyond = await reader.read(1)
    if (beyond.length > 0)
      throw new InputError(`${source} holds more bytes than its shape says: save it again`)
  } finally {
    await reader.close()
  }
}

/** All elements of an array in Fortran order, where each sample is spread over the whole file. */
async function inRowMajor(
  reader: ByteReader,
  { type, shape }: NpyHeader,
  source: string,
): Promise<NumericArray> {
  const length = shape.reduce((product, axis) => product * axis, 1)
  const wanted = length * type.bytes
  if (wanted > largestSample) {
    throw new InputError(
      `${source} is in Fortran order and has ${wanted} bytes, which would have to be in memory all at once: save it with numpy.ascontiguousarray(...)`,
    )
  }
  const bytes = await reader.read(wanted)
  if (bytes.length < wanted) throw new InputError(`${source} ends within its samples: save it again`)
  return rowMajor({ shape, data: type.view(bytes.buffer, 0, length) }).data
}

async function headerOf(reader: ByteReader, source: string): Promise<NpyHeader> {
  const prefix = await reader.read(npyPrefix)
  const rest = await reader.read(npyHeaderLength(prefix, source) - npyPrefix)
  return parseNpyHeader(Buffer.concat([prefix, rest]), source)
}
