/** Bytes of a `.npy` file as NumPy lays them out, from the text of its header. */
export function npyBytes(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const lengthBytes = version === 1 ? 2 : 4
  const offset = Math.ceil((8 + lengthBytes + dictionary.length + 1) / 64) * 64
  const header = `${dictionary.padEnd(offset - 8 - lengthBytes - 1)}\n`
  const length = Buffer.alloc(lengthBytes)
  length.writeUIntLE(header.length, 0, lengthBytes)
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
    data,
  ])
}

/** The header that NumPy writes for an array. */
export function dictionary(descr: string, shape: string, fortranOrder = 'False'): string {
  return `{'descr': ${descr}, 'fortran_order': ${fortranOrder}, 'shape': ${shape}, }`
}
