import type { Dataset } from '../../data/dataset.ts'
import { missingArray } from '../../data/missing-array.ts'
import type { NdArray, NumericArray } from '../../data/ndarray.ts'
import { InputError } from '../../errors.ts'
import { fixedBatch } from '../fixed-batch.ts'
import { fits, isWhole } from '../is-whole.ts'
import type { Feed, FeedTensor, TensorInfo } from '../tensor-info.ts'
import { asType, whyNotFed } from './as-type.ts'

/**
 * Cuts a data set into the feeds of single inferences, `batch` samples each, in order.
 *
 * A last feed that is not full is padded with its last sample if the model's batch is fixed, and shorter where it
 * is not. `limit` stops after so many feeds. An array with one axis more than the input holds a whole input for each
 * sample (the model has no axis for the batch there, or another than the first): it goes with batch 1, or is the same for
 * all samples of a batch. What a float input is fed is rounded to its type, as every program that feeds it has to.
 *
 * @throws InputError as `checkInputs`
 */
export function feedsOf(
  dataset: Dataset,
  inputs: readonly TensorInfo[],
  batch: number,
  limit = Number.POSITIVE_INFINITY,
): Feed[] {
  checkInputs(dataset, inputs, batch)
  const feeds: Feed[] = []
  // Of samples that memory does not hold the first ones are fed: `partsOf` gives the others.
  const size = Math.min(dataset.size, ...[...dataset.inputs.values()].map(({ shape }) => shape[0]!))
  for (let first = 0; first < size && feeds.length < limit; first += batch) {
    const count = Math.min(batch, size - first)
    feeds.push(
      new Map(
        inputs.map(input => {
          const array = dataset.inputs.get(input.name)!
          const tensor = (taken: NdArray) => [input.name, typed(taken, input)] as const
          if (isWhole(input, array)) {
            const { shape, data } = takeWhole(
              array,
              first,
              count,
              `${dataset.source}: array \`${input.name}\``,
            )
            return tensor({ shape: shape.slice(1), data })
          }
          const fixed = typeof input.shape[0] === 'number' && input.shape[0] === batch
          const rows = fixed ? batch : count
          return tensor(take(array, first, count, rows))
        }),
      ),
    )
  }
  return feeds
}

/** Checks that the data has every input of the model, in its type and shape. Throws InputError otherwise. */
export function checkInputs(dataset: Dataset, inputs: readonly TensorInfo[], batch: number): void {
  if (dataset.size === 0) throw new InputError(`${dataset.source}: holds no samples`)
  const isOneFeed = inputs.length > 1 && fixedBatch(inputs) === undefined && inputs.every(hasFixedFirstAxis)
  for (const { name, type, shape } of inputs) {
    const array = dataset.inputs.get(name)
    if (!array) throw missingArray(dataset.source, name, [...dataset.inputs.keys()])
    const whole = isWhole({ shape }, array)
    // A row of an input whose first axis is 1 is the whole of it.
    if (isOneFeed && !whole && shape[0] !== 1) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` has shape [${array.shape.join()}], but the first axes of the model's inputs differ, so none is the batch: give [samples,${shape.join()}], a whole input for each sample`,
      )
    }
    const [expected, given] = [shape.slice(1), array.shape.slice(1)]
    if (!whole && !fits(expected, given)) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` has samples of shape [${given.join()}], the model takes [${expected.join()}]: ${shapeRemedy(given, expected)}`,
      )
    }
    const why = whyNotFed(array.data, { type, shape })
    if (why !== undefined) throw new InputError(`${dataset.source}: array \`${name}\` ${why}`)
    if (whole && batch !== 1 && shape.some(size => typeof size === 'string')) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` holds a whole input for each sample, so that samples run one by one: set \`batch\` of the target to 1, it is ${batch}`,
      )
    }
    if (!whole && typeof shape[0] === 'number' && shape[0] !== batch) {
      throw new InputError(
        `input \`${name}\` has the fixed batch ${shape[0]}: leave \`batch\` of the target out or set it to ${shape[0]}, it is ${batch}`,
      )
    }
  }
}

/** Pictures are often saved with their channels last. */
function shapeRemedy(given: readonly number[], expected: TensorInfo['shape']): string {
  const [height, width, channels] = given
  return given.length === 3 && fits(expected, [channels!, height!, width!])
    ? 'save it with .transpose(0, 3, 1, 2)'
    : 'the first axis is the samples, save the others as the model takes them'
}

function hasFixedFirstAxis({ shape }: TensorInfo): boolean {
  return typeof shape[0] !== 'string'
}

/** An array as the tensor of an input. */
function typed({ shape, data }: NdArray, { type }: TensorInfo): FeedTensor {
  return { type, shape, data: asType(data, type) }
}

/** The whole input of samples that one inference takes together. Throws InputError if it is not the same for all of them. */
function takeWhole(array: NdArray, first: number, count: number, what: string) {
  const own = take(array, first, 1, 1)
  for (let sample = first + 1; sample < first + count; sample++) {
    const { data } = take(array, sample, 1, 1)
    if (data.every((value, i) => value === own.data[i])) continue
    throw new InputError(
      `${what} holds a whole input for each sample, and those of samples ${first} and ${sample} differ, so they cannot run together: set \`batch\` of the target to 1`,
    )
  }
  return own
}

function take(array: NdArray, first: number, count: number, rows: number) {
  const sample = array.shape.slice(1).reduce((product, size) => product * size, 1)
  const cut = (from: number, to: number) => array.data.slice(from * sample, to * sample) as NumericArray
  const shape = [rows, ...array.shape.slice(1)]
  if (rows === count) return { shape, data: cut(first, first + count) }
  const data = new (array.data.constructor as new (size: number) => NumericArray)(rows * sample)
  for (let row = 0; row < rows; row++) {
    const source = first + Math.min(row, count - 1)
    data.set(cut(source, source + 1) as never, row * sample)
  }
  return { shape, data }
}
