import { closeSync, openSync, readSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { InputError } from '../../errors.ts'
import { TensorProto_DataLocation as Place, type TensorProto } from '../onnx_pb.ts'
import { dataLocation } from './data-location.ts'

/** Bytes that are read at a time: one call of the system gives less than 2 GiB. */
const pieceSize = 2 ** 24

/** Whether the elements of a tensor lie in a file, which was found when the model was read. */
export function liesInFile(tensor: TensorProto): boolean {
  return tensor.dataLocation === Place.EXTERNAL && isAbsolute(dataLocation(tensor).location)
}

/** How many bytes the elements take in `raw_data`, wherever they lie; 0 for typed fields. */
export function byteLength(tensor: TensorProto): number {
  return liesInFile(tensor) ? dataLocation(tensor).length! : tensor.rawData.length
}

/**
 * The elements of a tensor as `raw_data` holds them. Those that lie in a file are read anew each time, so that only what
 * is worked on is in memory.
 *
 * @throws InputError if the file is no longer there
 */
export function elementBytes(tensor: TensorProto): Uint8Array {
  if (!liesInFile(tensor)) return tensor.rawData
  const bytes = new Uint8Array(byteLength(tensor))
  let position = 0
  for (const piece of elementPieces(tensor)) {
    bytes.set(piece, position)
    position += piece.length
  }
  return bytes
}

/** The same piece by piece; each holds until the next is taken. */
export function* elementPieces(tensor: TensorProto): Generator<Uint8Array> {
  if (!liesInFile(tensor)) {
    yield tensor.rawData
    return
  }
  const { location, offset } = dataLocation(tensor)
  const length = byteLength(tensor)
  const file = opened(location, tensor)
  try {
    const buffer = new Uint8Array(Math.min(pieceSize, length))
    for (let done = 0; done < length; ) {
      const size = readSync(file, buffer, 0, Math.min(buffer.length, length - done), offset + done)
      if (size === 0) {
        throw new InputError(`${location} became shorter while tensor ${tensor.name} was read: try again`)
      }
      yield buffer.subarray(0, size)
      done += size
    }
  } finally {
    closeSync(file)
  }
}

function opened(location: string, { name }: TensorProto): number {
  try {
    return openSync(location, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new InputError(
      `${location} cannot be read (${code}) any more, but tensor ${name} has its data there`,
    )
  }
}
