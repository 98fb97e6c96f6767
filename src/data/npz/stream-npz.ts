import { InputError, messageOf } from '../../errors.ts'
import { countSamples } from '../count-samples.ts'
import { hashFiles } from '../hash-files.ts'
import { checkLabelsShape, labelsName } from '../labels/take-labels.ts'
import { boxArrays, firstOfTruth, type Truth, toTruth } from '../labels/truth.ts'
import { checkLimit, limited } from '../limit.ts'
import { lockstep } from '../lockstep.ts'
import { missingArray } from '../missing-array.ts'
import type { NpyHeader } from '../npy/npy-header.ts'
import { npySamples, readNpyHeader } from '../npy/npy-samples.ts'
import { readNpy } from '../npy/parse-npy.ts'
import type { ModelInput, NpzSource } from '../sample-source.ts'
import type { SampleStream } from '../stream/sample-stream.ts'
import { type NpzArray, openNpz } from './open-npz.ts'

export interface NpzUse {
  /** What to call the file in messages. */
  readonly name: string
  /** What the model takes, as far as that is known. */
  readonly inputs?: readonly ModelInput[]
  /** Whether somebody asks what is right: samples that calibrate are not asked for labels. */
  readonly isLabelled?: boolean
}

/**
 * The samples of an `.npz` file, one at a time: compressed arrays are unpacked as they are read.
 *
 * One array per model input, named as the input, first axis = samples. The array that `labels` names - `label`,
 * `labels`, `target` or `targets` if it names none - holds one class index per sample, or floats that an output should have.
 * Of others - boxes that a detector should find, inputs that only another variant takes - those are read that have an entry for each
 * sample; names of classes and the like are not.
 *
 * @throws InputError if the file is missing or unreadable, or its arrays do not make a data set
 */
export async function streamNpz(
  { npz, labels, limit }: NpzSource,
  { name, inputs: modelInputs = [], isLabelled = true }: NpzUse,
): Promise<SampleStream> {
  checkLimit(limit, name)
  const sha256 = await hashFiles([npz], name)
  const arrays = await openNpz(npz, name)
  if (arrays.size === 0) throw new InputError(`${name} holds no arrays: save one array per model input`)
  const absent = modelInputs.find(input => !arrays.has(input.name))
  if (absent) throw missingArray(npz, absent.name, [...arrays.keys()])
  const arrayName = (input: string) => `array \`${input}\` of ${name}`
  const { headers, unread } = await readHeaders(arrays, arrayName)
  const taken = modelInputs.map(input => input.name)
  const label = labelsName(arrays, { named: labels, source: name, inputs: taken, headers })
  const isSample = (array: string) =>
    array !== label &&
    (modelInputs.length === 0 || taken.includes(array) || (isLabelled && boxArrays.includes(array)))
  for (const [array, error] of unread) if (isSample(array)) throw error
  const samples = countSamples(new Map([...headers].filter(([array]) => isSample(array))), name)
  const size = limited(samples, limit, name)
  const truth =
    label === undefined || !isLabelled ? {} : await readTruth(arrays.get(label)!, samples, arrayName(label))
  const read = [...headers].filter(
    ([array, { shape }]) => isSample(array) || (array !== label && isOneEach(shape, samples)),
  )
  return {
    source: npz,
    sha256,
    size,
    ...firstOfTruth(truth, size),
    samples: () =>
      lockstep(
        read.map(([array]) => [array, npySamples(arrays.get(array)!.chunks(), arrayName(array))]),
        { size, name, isChecked: isSample },
      ),
  }
}

interface Headers {
  readonly headers: ReadonlyMap<string, NpyHeader>
  /** Why the others have none: text, objects. */
  readonly unread: ReadonlyMap<string, unknown>
}

async function readHeaders(
  arrays: ReadonlyMap<string, NpzArray>,
  arrayName: (array: string) => string,
): Promise<Headers> {
  const headers = new Map<string, NpyHeader>()
  const unread = new Map<string, unknown>()
  for (const [array, { chunks, bytes }] of arrays) {
    try {
      headers.set(array, await readNpyHeader(chunks(), bytes, arrayName(array)))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      unread.set(array, error)
    }
  }
  return { headers, unread }
}

function isOneEach([first, ...sample]: readonly number[], samples: number): boolean {
  return first === samples && !sample.includes(0)
}

/** Nothing is unpacked that has not an entry for each sample. */
async function readTruth({ chunks, bytes }: NpzArray, samples: number, name: string): Promise<Truth> {
  const { shape } = await readNpyHeader(chunks(), bytes, name).catch(error => {
    throw new InputError(`${messageOf(error)}; labels are class indices, 0, 1, 2, ..., one per sample`)
  })
  if (shape[0] !== samples) checkLabelsShape({ shape }, samples, name)
  return toTruth(await readNpy(chunks(), name), samples, name)
}
