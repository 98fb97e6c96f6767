import { InputError } from '../errors.ts'
import type { NdArray } from './ndarray.ts'
import { npyTypes } from './npy-types.ts'

/**
 * Parses the bytes of a `.npy` file: NumPy's format for one array, versions 1 to 3 (NEP 1 and the documentation of
 * `numpy.lib.format`). float16 becomes float32, bool becomes uint8; other types keep theirs.
 *
 * The array shares memory with `bytes` where its elements are aligned there, as NumPy's are.
 *
 * @param source What to call the array in messages, e.g. its path.
 * @throws InputError where the bytes are no array, cut off, or of a type or order that is not supported.
 */
export function parseNpy(bytes: Uint8Array, source: string): NdArray {
  const { descr, fortranOrder, shape, dataOffset } = parseHeader(bytes, source)
  const [, order, kind = ''] = /^([<>|=])(\w+)$/.exec(descr) ?? []
  const type = npyTypes.get(kind)
  if (!type) {
    throw new InputError(
      `${source} has the dtype ${descr}: save numbers, e.g. with .astype('float32') or .astype('int64')`,
    )
  }
  if (order === '>' && type.bytes > 1) {
    throw new InputError(`${source} is big-endian (${descr}): save it with .astype('<${kind}')`)
  }
  if (fortranOrder && shape.length > 1) {
    throw new InputError(`${source} is in Fortran order: save it with numpy.ascontiguousarray(...)`)
  }
  const length = shape.reduce((product, size) => product * size, 1)
  const held = bytes.length - dataOffset
  if (held !== length * type.bytes) {
    throw new InputError(
      `${source} holds ${held} bytes where shape [${shape.join(', ')}] of ${descr} takes ${length * type.bytes}: save it again`,
    )
  }
  const offset = bytes.byteOffset + dataOffset
  const data =
    offset % type.bytes === 0
      ? type.view(bytes.buffer, offset, length)
      : type.view(bytes.slice(dataOffset).buffer, 0, length)
  return { shape, data }
}

const magic = [0x93, ...Buffer.from('NUMPY')]

function parseHeader(bytes: Uint8Array, source: string) {
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
  const dataOffset = headerOffset + length
  if (bytes.length < dataOffset) throw new InputError(`${source} ends within its header: save it again`)
  // A Python dictionary, e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }
  const header = new TextDecoder().decode(bytes.subarray(headerOffset, dataOffset))
  const descr = /['"]descr['"]:\s*(?:'([^']*)'|"([^"]*)"|(\[.*\]))/s.exec(header)
  const fortranOrder = /['"]fortran_order['"]:\s*(True|False)\b/.exec(header)
  // Python 2 wrote (3L, 32L).
  const shape = /['"]shape['"]:\s*\(([\d\sL,]*)\)/.exec(header)
  if (!descr || !fortranOrder || !shape) {
    throw new InputError(`${source} has a header that cannot be read (${header.trim()}): save it again`)
  }
  return {
    descr: descr[1] ?? descr[2] ?? descr[3]!,
    fortranOrder: fortranOrder[1] === 'True',
    shape: (shape[1]!.match(/\d+/g) ?? []).map(Number),
    dataOffset,
  }
}
