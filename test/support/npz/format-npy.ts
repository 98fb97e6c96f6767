import type { NdArray, NumericArray } from '../../../src/data/ndarray.ts'

/**
 * The bytes of a `.npy` file, version 1.0, as `numpy.save` would write it.
 *
 * @throws RangeError where the shape does not go with the number of elements.
 */
export function formatNpy({ shape, data }: NdArray): Uint8Array {
  const length = shape.reduce((product, size) => product * size, 1)
  if (length !== data.length) {
    throw new RangeError(`the shape [${shape.join(', ')}] does not go with ${data.length} elements`)
  }
  // A tuple of one needs its comma in Python: (3,).
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': '${descrOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`
  // Spaces and a line feed bring the data to a multiple of 64 bytes, so that a reader can map it.
  const dataOffset = Math.ceil((10 + dictionary.length + 1) / 64) * 64
  const header = Buffer.from(`${dictionary.padEnd(dataOffset - 10 - 1)}\n`, 'latin1')
  const bytes = new Uint8Array(dataOffset + data.byteLength)
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 0xff, header.length >> 8])
  bytes.set(header, 10)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataOffset)
  return bytes
}

/** NumPy's type string: byte order, kind and size, e.g. `<f4`. */
function descrOf(data: NumericArray): string {
  const { name } = data.constructor
  const kind = name.startsWith('Float') ? 'f' : /^(Big)?Uint/.test(name) ? 'u' : 'i'
  return `${data.BYTES_PER_ELEMENT === 1 ? '|' : '<'}${kind}${data.BYTES_PER_ELEMENT}`
}
