import { zipSync } from 'fflate'
import type { NdArray } from '../../../src/data/ndarray.ts'
import { writeAtomically } from '../../../src/write-atomically.ts'
import { formatNpy } from './format-npy.ts'

/** Every entry has the same time, so that equal arrays make equal files; ZIP knows no earlier one. */
const mtime = new Date(1980, 0, 1)

/**
 * Writes arrays by name as a compressed `.npz` file, which `numpy.load` reads.
 *
 * @throws InputError if the file cannot be written
 * @throws RangeError if a shape does not go with its number of elements
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NdArray>>): Promise<void> {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, formatNpy(array)] as const)
  await writeAtomically(path, zipSync(Object.fromEntries(entries), { mtime }))
}
