import type { Feed } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'

/**
 * Reads a file of `--exportOutput`: the outputs of the last inference, with 6 digits. `--dumpRawBindingsToFile` (from 8.6)
 * gives exact ones.
 *
 * @throws InputError if the text is not such a file, as where an output's shape depends on the data
 */
export function readOutput(text: string, source: string): Feed {
  let outputs: unknown
  try {
    outputs = JSON.parse(text.replace(/(?<=[[,]\s*)-?(nan|inf)\b/g, 'null'))
  } catch (error) {
    throw new InputError(
      `${source}: is not JSON, so it holds no outputs of trtexec: ${(error as Error).message}`,
    )
  }
  if (!Array.isArray(outputs) || !outputs.every(isOutput)) {
    throw new InputError(
      `${source}: holds no outputs of trtexec: expected rows with name, dimensions and values`,
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

interface Output {
  readonly name: string
  /** Sizes with `x` between them. */
  readonly dimensions: string
  /** `null` stands for what is no number. */
  readonly values: readonly (number | null)[]
}

function isOutput(row: unknown): row is Output {
  if (typeof row !== 'object' || row === null) return false
  const { name, dimensions, values } = row as Partial<Output>
  return (
    typeof name === 'string' &&
    typeof dimensions === 'string' &&
    Array.isArray(values) &&
    values.every(value => value === null || typeof value === 'number')
  )
}
