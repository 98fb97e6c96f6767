import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { countSamples } from './count-samples.ts'
import type { Dataset } from './dataset.ts'
import { checkLimit, limited } from './limit.ts'
import { parseNpz } from './npz/parse-npz.ts'
import { labelsName, toLabels } from './take-labels.ts'
import { checkFiniteSamples, takeSamples } from './take-samples.ts'
import { whyUnreadable } from './why-unreadable.ts'

interface Source {
  readonly npz: string
  readonly labels?: string
  readonly limit?: number
}

/**
 * Loads samples from an `.npz` file: one array per model input, named as the input, first axis = samples.
 *
 * The array that `labels` names - `label` or `labels` where it names none - holds one class index per sample; all
 * others are inputs. Inputs share memory with what was read.
 *
 * @param source Path of the file, or more about it.
 * @param what What the samples are for, for messages.
 * @throws InputError where the file is missing or unreadable, or its arrays do not make a data set.
 */
export async function loadDataset(
  source: string | Source,
  what: 'calibration' | 'evaluation',
): Promise<Dataset> {
  const { npz, labels, limit } = typeof source === 'string' ? { npz: source } : source
  const name = `${what} data ${npz}`
  checkLimit(limit, name)
  const bytes = await readFile(npz).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(whyUnreadable(name, error))
  })
  const arrays = parseNpz(bytes, name)
  if (arrays.size === 0) throw new InputError(`${name} holds no arrays: save one array per model input`)
  const label = labelsName(arrays, labels, name)
  const inputs = new Map([...arrays].filter(([input]) => input !== label))
  const samples = countSamples(inputs, name)
  const size = limited(samples, limit, name)
  for (const [input, array] of inputs) {
    const taken = takeSamples(array, size)
    checkFiniteSamples(taken, `array \`${input}\` of ${name}`)
    inputs.set(input, taken)
  }
  const dataset = { source: npz, sha256: createHash('sha256').update(bytes).digest('hex'), size, inputs }
  if (label === undefined) return dataset
  const all = toLabels(arrays.get(label)!, samples, `array \`${label}\` of ${name}`)
  return { ...dataset, labels: all.subarray(0, size) }
}
