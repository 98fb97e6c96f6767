import { InputError } from '../../errors.ts'
import type { NdArray } from '../ndarray.ts'

/** Names under which labels are found where the data source does not name their array. */
const usualNames = ['label', 'labels', 'target', 'targets']

export interface LabelsQuestion {
  /** The array that the data source names. */
  readonly named: string | undefined
  readonly source: string
  /** Names of the model's inputs: one of these holds no labels. */
  readonly inputs: readonly string[]
  /** Of the arrays that hold numbers. */
  readonly headers: ReadonlyMap<string, Pick<NdArray, 'shape'>>
}

/** Which of the arrays of a file holds the labels; none if the data is unlabelled. */
export function labelsName(
  arrays: ReadonlyMap<string, unknown>,
  { named, source, inputs, headers }: LabelsQuestion,
): string | undefined {
  if (named !== undefined) {
    if (arrays.has(named)) return named
    const names = [...arrays.keys()].map(name => `\`${name}\``).join(', ')
    throw new InputError(
      `${source} has no array \`${named}\` for the labels: name one that it has (${names})`,
    )
  }
  const found = usualNames.filter(name => arrays.has(name) && !inputs.includes(name))
  const [first, second] = found
  if (second === undefined) return first
  // Beside class indices, `labels` are often the names of the classes.
  const samples = inputs.map(input => headers.get(input)?.shape[0]).find(size => size !== undefined)
  const likely = found.filter(name => headers.has(name) && (samples ?? 0) === headers.get(name)!.shape[0])
  if (likely.length === 1) return likely[0]
  throw new InputError(
    `${source} has arrays ${found.map(name => `\`${name}\``).join(' and ')}: say with \`labels\` which of them counts`,
  )
}

/**
 * An array as labels: one class index per sample.
 *
 * @param array Of shape [size] or [size, 1], of any type.
 * @param what What to call the array in messages.
 * @throws InputError if the shape is another one, or a value is no whole number from 0.
 */
export function toLabels({ shape, data }: NdArray, size: number, what: string): Int32Array {
  checkLabelsShape({ shape }, size, what)
  const labels = new Int32Array(size)
  for (const [sample, value] of data.entries()) {
    labels[sample] = Number(value)
    if (labels[sample] !== Number(value) || value < 0) {
      throw new InputError(
        `${what} has ${value} for sample ${sample}: labels are class indices, 0, 1, 2, ...`,
      )
    }
  }
  return labels
}

/** Throws InputError if an array of this shape is not one value per sample. */
export function checkLabelsShape({ shape }: Pick<NdArray, 'shape'>, size: number, what: string): void {
  if (shape[0] === size && shape.reduce((product, axis) => product * axis, 1) === size) return
  throw new InputError(
    `${what} has shape [${shape.join(', ')}]: labels are one class index per sample, here of shape [${size}]`,
  )
}
