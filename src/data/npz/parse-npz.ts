import { unzipSync } from 'fflate'
import { InputError } from '../../errors.ts'
import type { NdArray } from '../ndarray.ts'
import { parseNpy } from '../npy/parse-npy.ts'
import { checkBeginning } from './check-beginning.ts'
import { checkCrc } from './check-crc.ts'

/**
 * Parses the bytes of a `.npz` file: a ZIP archive with one `.npy` file per array, as `numpy.savez` and
 * `numpy.savez_compressed` write it.
 *
 * @param source What to call the file in messages, usually its path.
 * @returns Arrays by name, in the order of the archive.
 * @throws InputError where the bytes are no ZIP archive, cut off, or an entry is no array that can be read.
 */
export function parseNpz(bytes: Uint8Array, source: string): Map<string, NdArray> {
  checkBeginning(bytes, source)
  const arrays = new Map<string, NdArray>()
  for (const [entry, content] of Object.entries(unzip(bytes, source))) {
    if (!entry.endsWith('.npy')) {
      throw new InputError(`${source} holds ${entry}, which is no array (*.npy): save it with numpy.savez`)
    }
    const name = entry.slice(0, -'.npy'.length)
    arrays.set(name, parseNpy(content, `array \`${name}\` of ${source}`))
  }
  return arrays
}

function unzip(bytes: Uint8Array, source: string): Record<string, Uint8Array> {
  try {
    const entries = unzipSync(bytes)
    checkCrc(bytes, entries)
    return entries
  } catch {
    // The directory of a ZIP archive is at its end: a file that begins as one and has none was an archive once.
    throw new InputError(`${source} is cut off or damaged: copy it or save it again`)
  }
}
