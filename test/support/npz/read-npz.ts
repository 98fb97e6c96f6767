import type { NdArray } from '../../../src/data/ndarray.ts'
import { readNpy } from '../../../src/data/npy/parse-npy.ts'
import { openNpz } from '../../../src/data/npz/open-npz.ts'

/** The arrays of an `.npz` file by name, in the order of the archive. Throws InputError as `openNpz`. */
export async function readNpz(path: string, name = path): Promise<Map<string, NdArray>> {
  const arrays = new Map<string, NdArray>()
  for (const [array, { chunks }] of await openNpz(path, name)) {
    arrays.set(array, await readNpy(chunks(), `array \`${array}\` of ${name}`))
  }
  return arrays
}
