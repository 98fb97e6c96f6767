import type { Feed } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'

/**
 * Reads a file of `--exportOutput`: the outputs of the last inference, with 6 digits. `--dumpRawBindingsToFile` (from 8.6)
 * gives exact ones.
 *
 * @throws InputError if the text is not such a file, as where an output's shape depends on the data
 */
export function readOutput(text: string, source: string): Feed {
  let outputs: readonly { name: string; dimensions: string; values: number[] }[]
  try {
    outputs = JSON.parse(text.replace(/(?<=[[,]\s*)-?(nan|inf)\b/g, 'null')) as typeof outputs
  } catch (error) {
    throw new InputError(
      `${source}: is not JSON, so it holds no outputs of trtexec: ${(error as Error).message}`,
    )
  }
  return new Map(
    outputs.map(({ name, dimensions, values }) => {
      const shape = dimensions === '' ? [] : dimensions.split('x').map(Number)
      const data = Float32Array.from(values, value => value ?? Number.NaN)
      if (shape.reduce((product, size) => product * size, 1) !== data.length) {
        throw new InputError(`${source}: output \`${name}\` of shape ${dimensions} has ${data.length} values`)
      }
      return [name, { type: 'float32', shape, data }]
    }),
  )
}
