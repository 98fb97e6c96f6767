import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import type { Dataset } from './dataset.ts'
import type { NdArray } from './ndarray.ts'
import { parseNpz } from './parse-npz.ts'
import { labelsName, toLabels } from './take-labels.ts'
import { checkFiniteSamples, takeSamples } from './take-samples.ts'

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
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new InputError(`${name} is limited to ${limit} samples: \`limit\` is a whole number from 1`)
  }
  const bytes = await readFile(npz).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(whyUnreadable(name, error))
  })
  const arrays = parseNpz(bytes, name)
  if (arrays.size === 0) throw new InputError(`${name} holds no arrays: save one array per model input`)
  const label = labelsName(arrays, labels, name)
  const inputs = new Map([...arrays].filter(([input]) => input !== label))
  const samples = countSamples(inputs, name)
  if (limit !== undefined && limit > samples) {
    throw new InputError(
      `${name} has ${samples} samples, fewer than its \`limit\` of ${limit}: lower the limit`,
    )
  }
  const size = limit ?? samples
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

/** Number of samples: the first axis that all inputs share. */
function countSamples(inputs: ReadonlyMap<string, NdArray>, name: string): number {
  const [first] = inputs
  if (!first) throw new InputError(`${name} holds labels only: save one array per model input beside them`)
  const samples = first[1].shape[0]
  for (const [input, { shape, data }] of inputs) {
    if (shape.length === 0) {
      throw new InputError(
        `array \`${input}\` of ${name} is a single number: its first axis must be the samples`,
      )
    }
    if (data.length === 0) {
      throw new InputError(
        `array \`${input}\` of ${name} has shape [${shape.join(', ')}] and so no samples: save some`,
      )
    }
    if (shape[0] !== samples) {
      throw new InputError(
        `${name} has ${samples} samples in array \`${first[0]}\` and ${shape[0]} in \`${input}\`: give all arrays the same first axis`,
      )
    }
  }
  return samples!
}

function whyUnreadable(name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `${name} does not exist: check its path`
  if (code === 'EISDIR') return `${name} is a folder: give the path of an .npz file`
  if (code === 'ERR_FS_FILE_TOO_LARGE') return `${name} is larger than 2 GiB: save fewer samples`
  return `${name} cannot be read: ${message}`
}
