import { InputError } from '../../errors.ts'
import { byteSwapped, type NpyType, npyTypes } from './npy-types.ts'

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  /** NumPy's type string, e.g. `<f4`. */
  readonly descr: string
  readonly type: NpyType
  readonly shape: readonly number[]
  /** Whether the first axis changes fastest, as `a.T` has it. */
  readonly fortranOrder: boolean
  /** Where the elements begin. */
  readonly dataOffset: number
}

/** Bytes that say how long a header is: what must be read of a file first. */
export const npyPrefix = 12

/** Headers of NumPy have some hundred bytes; a damaged one may claim 4 GB. */
const longestHeader = 2 ** 20

const magic = [0x93, ...Buffer.from('NUMPY')]

/**
 * Length of the header, prefix included, from the first bytes of a `.npy` file.
 *
 * @throws InputError if the bytes are no array, or of a version that is not known
 */
export function npyHeaderLength(bytes: Uint8Array, source: string): number {
  if (!magic.every((byte, index) => bytes[index] === byte)) {
    throw new InputError(`${source} is not a NumPy array: save it with numpy.save or numpy.savez`)
  }
  const major = bytes[6]!
  if (!(major >= 1 && major <= 3)) {
    throw new InputError(`${source} has version ${major} of the .npy format: save it with version 1, 2 or 3`)
  }
  // Version 1 has 2 bytes for the length of the header, later ones 4; the length is little-endian, and so are we.
  const lengthBytes = major === 1 ? 2 : 4
  const headerOffset = 8 + lengthBytes
  const length = bytes.subarray(8, headerOffset).reduceRight((sum, byte) => sum * 256 + byte, 0)
  if (length > longestHeader) throw new InputError(`${source} has a header of ${length} bytes: save it again`)
  return headerOffset + length
}

/**
 * Parses the header of a `.npy` file: NumPy's format for one array, versions 1 to 3 (NEP 1 and the documentation of
 * `numpy.lib.format`).
 *
 * @throws InputError if the bytes are no array, cut off, or of a type that is not supported
 */
export function parseNpyHeader(bytes: Uint8Array, source: string): NpyHeader {
  const dataOffset = npyHeaderLength(bytes, source)
  if (bytes.length < dataOffset) throw new InputError(`${source} ends within its header: save it again`)
  // A Python dictionary, e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }
  const header = new TextDecoder().decode(bytes.subarray(bytes[6] === 1 ? 10 : 12, dataOffset))
  const descr = /['"]descr['"]:\s*(?:'([^']*)'|"([^"]*)"|(\[.*\]))/s.exec(header)
  const fortranOrder = /['"]fortran_order['"]:\s*(True|False)\b/.exec(header)
  // Python 2 wrote (3L, 32L).
  const shape = /['"]shape['"]:\s*\(([\d\sL,]*)\)/.exec(header)
  if (!descr || !fortranOrder || !shape) {
    throw new InputError(`${source} has a header that cannot be read (${header.trim()}): save it again`)
  }
  return checked(
    descr[1] ?? descr[2] ?? descr[3]!,
    fortranOrder[1] === 'True',
    { shape: (shape[1]!.match(/\d+/g) ?? []).map(Number), dataOffset },
    source,
  )
}

function checked(
  descr: string,
  fortranOrder: boolean,
  { shape, dataOffset }: Pick<NpyHeader, 'shape' | 'dataOffset'>,
  source: string,
): NpyHeader {
  const [, order, kind = ''] = /^([<>|=])(\w+)$/.exec(descr) ?? []
  const type = npyTypes.get(kind)
  if (!type) {
    throw new InputError(
      `${source} has the dtype ${descr}: save numbers, e.g. with .astype('float32') or .astype('int64')`,
    )
  }
  return {
    descr,
    type: order === '>' && type.bytes > 1 ? byteSwapped(type) : type,
    shape,
    // Of a single axis both orders are one.
    fortranOrder: fortranOrder && shape.length > 1,
    dataOffset,
  }
}

/** Throws InputError if the elements that a header claims are not the bytes that are there. */
export function checkNpyLength(
  { descr, type, shape, dataOffset }: NpyHeader,
  fileBytes: number,
  source: string,
): void {
  const held = fileBytes - dataOffset
  const claimed = shape.reduce((product, size) => product * size, type.bytes)
  if (held === claimed) return
  throw new InputError(
    `${source} holds ${held} bytes where shape [${shape.join(', ')}] of ${descr} takes ${claimed}: save it again`,
  )
}
