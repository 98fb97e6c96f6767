import { type ReadOptions, readModel } from '../read-model.ts'
import { findExternalData } from './external-data.ts'

/**
 * Absolute paths of the files that hold external data of the model at `path`.
 *
 * @throws InputError if the model or one of them cannot be read
 */
export async function dataFiles(
  path: string,
  options: Pick<ReadOptions, 'mayBeEmpty'> = {},
): Promise<string[]> {
  return findExternalData(await readModel(path, { dataBeside: false, ...options }), path)
}
