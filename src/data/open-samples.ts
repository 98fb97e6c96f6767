import { extname } from 'node:path'
import { InputError } from '../errors.ts'
import { streamImages } from './images/stream-images.ts'
import { streamNpy } from './npy/stream-npy.ts'
import { streamNpz } from './npz/stream-npz.ts'
import { streamRaw } from './raw/stream-raw.ts'
import type { ModelInput, SampleSource } from './sample-source.ts'
import type { SampleStream } from './stream/sample-stream.ts'
import { streamFunction } from './stream/stream-function.ts'

/**
 * Opens samples wherever they come from, without holding more than one of them in memory.
 *
 * @param source path of an `.npz` or `.npy` file, or more about it
 * @param inputs what the model takes
 * @throws InputError if the source is missing, unreadable or does not make samples
 */
export function openSamples(
  source: string | SampleSource,
  inputs: readonly ModelInput[],
  role: 'calibration' | 'evaluation',
): Promise<SampleStream> {
  const what = `${role} data`
  const isLabelled = role === 'evaluation'
  if (typeof source === 'function') return streamFunction(source, what)
  if (typeof source === 'string') {
    return extname(source) === '.npy'
      ? streamNpy({ npy: source }, inputs, what)
      : streamNpz({ npz: source }, { name: `${what} ${source}`, inputs, isLabelled })
  }
  if ('npz' in source) return streamNpz(source, { name: `${what} ${source.npz}`, inputs, isLabelled })
  if ('npy' in source) return streamNpy(source, inputs, what)
  if ('raw' in source) return streamRaw(source, inputs, what)
  if ('images' in source) return streamImages(source, inputs, what)
  throw new InputError(`${what} names neither \`npz\`, \`npy\`, \`raw\` nor \`images\``)
}
