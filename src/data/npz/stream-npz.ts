import { InputError } from '../../errors.ts'
import { countSamples } from '../count-samples.ts'
import { hashFiles } from '../hash-files.ts'
import { checkLabelsShape, labelsName } from '../labels/take-labels.ts'
import { firstOfTruth, type Truth, toTruth } from '../labels/truth.ts'
import { checkLimit, limited } from '../limit.ts'
import { lockstep } from '../lockstep.ts'
import { npySamples, readNpyHeader } from '../npy/npy-samples.ts'
import { readNpy } from '../npy/parse-npy.ts'
import type { ModelInput, NpzSource } from '../sample-source.ts'
import type { SampleStream } from '../sample-stream.ts'
import { type NpzArray, openNpz } from './open-npz.ts'

/**
 * The samples of an `.npz` file, one at a time: compressed arrays are unpacked as they are read.
 *
 * One array per model input, named as the input, first axis = samples. The array that `labels` names - `label`,
 * `labels`, `target` or `targets` if it names none - holds one class index per sample, or floats that an output should have; all
 * others are inputs, and boxes that a detector should find.
 *
 * @param name what to call the file in messages
 * @param modelInputs what the model takes, as far as that is known
 * @throws InputError if the file is missing or unreadable, or its arrays do not make a data set
 */
export async function streamNpz(
  { npz, labels, limit }: NpzSource,
  name: string,
  modelInputs: readonly ModelInput[] = [],
): Promise<SampleStream> {
  checkLimit(limit, name)
  const sha256 = await hashFiles([npz], name)
  const arrays = await openNpz(npz, name)
  if (arrays.size === 0) throw new InputError(`${name} holds no arrays: save one array per model input`)
  const label = labelsName(
    arrays,
    labels,
    name,
    modelInputs.map(input => input.name),
  )
  const inputs = [...arrays].filter(([input]) => input !== label)
  const arrayName = (input: string) => `array \`${input}\` of ${name}`
  const headers = new Map<string, { shape: readonly number[] }>()
  for (const [input, { chunks, bytes }] of inputs) {
    headers.set(input, await readNpyHeader(chunks(), bytes, arrayName(input)))
  }
  const samples = countSamples(headers, name)
  const size = limited(samples, limit, name)
  const truth = label === undefined ? {} : await readTruth(arrays.get(label)!, samples, arrayName(label))
  return {
    source: npz,
    sha256,
    size,
    ...firstOfTruth(truth, size),
    samples: () =>
      lockstep(
        inputs.map(([input, { chunks }]) => [input, npySamples(chunks(), arrayName(input))]),
        size,
        name,
      ),
  }
}

/** Nothing is unpacked that has not an entry for each sample. */
async function readTruth({ chunks, bytes }: NpzArray, samples: number, name: string): Promise<Truth> {
  const { shape } = await readNpyHeader(chunks(), bytes, name)
  if (shape[0] !== samples) checkLabelsShape({ shape }, samples, name)
  return toTruth(await readNpy(chunks(), name), samples, name)
}
