import { InputError } from '../../errors.ts'
import { checkFiniteSamples } from '../check-finite-samples.ts'
import type { NdArray } from '../ndarray.ts'
import { toLabels } from './take-labels.ts'

/** What is right for each sample. */
export interface Truth {
  /** Class index per sample; absent if the data is unlabelled, or what is right is no class. */
  readonly labels?: Int32Array
  /** The array of what is right, first axis = samples: numbers that an output should have. */
  readonly targets?: NdArray
}

/** Arrays of the boxes that are there, and of their classes. */
export const boxArrays: readonly string[] = ['target_boxes', 'target_classes']

/**
 * What an array says of the truth. Whole numbers from 0, one per sample, are class indices, and targets as well: nobody
 * but the metric knows whether 3 is a class or an amount. Other floats are targets alone.
 *
 * @param what What to call the array in messages.
 * @throws InputError if it has not one entry per sample, a float is not finite, or an integer is no class index
 */
export function toTruth(array: NdArray, size: number, what: string): Truth {
  const { shape, data } = array
  const isFloat = data instanceof Float32Array || data instanceof Float64Array
  if (!isFloat) return { labels: toLabels(array, size, what), targets: array }
  if (shape[0] !== size || data.length === 0) {
    throw new InputError(
      `${what} has shape [${shape.join(', ')}]: labels are one class index and targets one array per sample, of which there are ${size}`,
    )
  }
  checkFiniteSamples(array, what)
  const areClasses = data.length === size && data.every(value => Number.isInteger(value) && value >= 0)
  return { ...(areClasses && { labels: toLabels(array, size, what) }), targets: array }
}

/** The truth of the first samples. */
export function firstOfTruth({ labels, targets }: Truth, size: number): Truth {
  return {
    ...(labels && { labels: labels.subarray(0, size) }),
    ...(targets && { targets: firstRows(targets, size) }),
  }
}

function firstRows({ shape: [rows = 0, ...shape], data }: NdArray, size: number): NdArray {
  return { shape: [size, ...shape], data: data.subarray(0, (data.length / rows) * size) as NdArray['data'] }
}
