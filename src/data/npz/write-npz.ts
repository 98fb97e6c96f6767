import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { zipSync } from 'fflate'
import { InputError } from '../../errors.ts'
import type { NdArray } from '../ndarray.ts'
import { formatNpy } from '../npy/format-npy.ts'

/** Every entry has the same time, so that equal arrays make equal files; ZIP knows no earlier one. */
const mtime = new Date(1980, 0, 1)

/**
 * Writes arrays by name as a compressed `.npz` file, which `numpy.load` reads. The file appears under its name only when
 * it is complete; nothing is left behind on failure.
 *
 * @throws InputError where the file cannot be written.
 * @throws RangeError where a shape does not go with its number of elements.
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NdArray>>): Promise<void> {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, formatNpy(array)] as const)
  const bytes = zipSync(Object.fromEntries(entries), { mtime })
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'its folder does not exist: create it first' : message
    throw new InputError(`${path} cannot be written: ${why}`)
  }
}
