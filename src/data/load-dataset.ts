import type { Dataset } from './dataset.ts'
import { streamNpz } from './npz/stream-npz.ts'
import type { ModelInput, NpzSource } from './sample-source.ts'
import { wholeDataset } from './whole-dataset.ts'

/**
 * Loads all samples of an `.npz` file, or as many as its limit says, as `streamNpz` reads them.
 *
 * @param source path of the file, or more about it
 * @param what what the samples are for, for messages
 * @param inputs what the model takes, as far as that is known
 * @throws InputError if the file is missing or unreadable, or its arrays do not make a data set
 */
export async function loadDataset(
  source: string | NpzSource,
  what: 'calibration' | 'evaluation',
  inputs: readonly ModelInput[] = [],
): Promise<Dataset> {
  const from = typeof source === 'string' ? { npz: source } : source
  return wholeDataset(
    await streamNpz(from, { name: `${what} data ${from.npz}`, inputs, isLabelled: what === 'evaluation' }),
  )
}
