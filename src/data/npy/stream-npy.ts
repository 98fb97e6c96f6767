import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { countSamples } from '../count-samples.ts'
import { hashFiles } from '../hash-files.ts'
import { inputOf } from '../input-of.ts'
import { readLabels } from '../labels/read-labels.ts'
import { firstOfTruth } from '../labels/truth.ts'
import { limited } from '../limit.ts'
import { lockstep } from '../lockstep.ts'
import type { ModelInput, NpySource } from '../sample-source.ts'
import type { SampleStream } from '../stream/sample-stream.ts'
import { npySamples, readNpyHeader } from './npy-samples.ts'

/** The samples of `.npy` files, one at a time. Throws InputError if a file is unreadable or they do not go together. */
export async function streamNpy(
  { npy, labels, limit }: NpySource,
  inputs: readonly ModelInput[],
  what: string,
): Promise<SampleStream> {
  const files =
    typeof npy === 'string'
      ? [[inputOf(inputs, undefined, `${what} ${npy}`).name, npy] as const]
      : Object.entries(npy)
  const source = files.map(([, file]) => file).join(', ')
  const name = `${what} ${source}`
  if (files.length === 0) throw new InputError(`${what} names no .npy file: name one per model input`)
  const sha256 = await hashFiles(
    files.map(([, file]) => file),
    name,
    files.length > 1 ? files.map(([input]) => input) : undefined,
  )
  const chunks = (file: string) => createReadStream(file, { highWaterMark: 2 ** 18 })
  const headers = new Map<string, { shape: readonly number[] }>()
  for (const [input, file] of files) {
    const { size: bytes } = await stat(file)
    headers.set(input, await readNpyHeader(chunks(file), bytes, `${what} ${file}`))
  }
  const samples = countSamples(headers, name)
  const size = limited(samples, limit, name)
  const truth = labels === undefined ? {} : await readLabels(labels, samples)
  return {
    source,
    sha256,
    size,
    ...firstOfTruth(truth, size),
    samples: () =>
      lockstep(
        files.map(([input, file]) => [input, npySamples(chunks(file), `${what} ${file}`)]),
        { size, name },
      ),
  }
}
