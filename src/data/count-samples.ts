import { InputError } from '../errors.ts'
import type { NdArray } from './ndarray.ts'

/** Number of samples: the first axis that all inputs share. */
export function countSamples(inputs: ReadonlyMap<string, Pick<NdArray, 'shape'>>, name: string): number {
  const [first] = inputs
  if (!first) throw new InputError(`${name} holds labels only: save one array per model input beside them`)
  const samples = first[1].shape[0]
  for (const [input, { shape }] of inputs) {
    if (shape.length === 0) {
      throw new InputError(
        `array \`${input}\` of ${name} is a single number: its first axis must be the samples`,
      )
    }
    if (shape[0] === 0) {
      throw new InputError(
        `array \`${input}\` of ${name} has shape [${shape.join(', ')}] and so no samples: save some`,
      )
    }
    if (shape[0] !== samples) {
      throw new InputError(
        `${name} has ${samples} samples in array \`${first[0]}\` and ${shape[0]} in \`${input}\`: give all arrays the same first axis, the samples; an input without a batch gets it as one axis more`,
      )
    }
  }
  return samples!
}
