import type { Dataset } from '../data/dataset.ts'
import type { NdArray, NumericArray } from '../data/ndarray.ts'
import { InputError } from '../errors.ts'
import type { Feed, TensorInfo } from './tensor-info.ts'

/**
 * Cuts a data set into the feeds of single inferences, `batch` samples each, in order.
 *
 * A last feed that is not full is padded with its last sample if the model's batch is fixed, and shorter where it
 * is not. `limit` stops after so many feeds. An array with one axis more than the input holds a whole input for each
 * sample (the model has no axis for the batch there, or another than the first) and goes with batch 1.
 */
export function feedsOf(
  dataset: Dataset,
  inputs: readonly TensorInfo[],
  batch: number,
  limit = Number.POSITIVE_INFINITY,
): Feed[] {
  checkInputs(dataset, inputs, batch)
  const feeds: Feed[] = []
  for (let first = 0; first < dataset.size && feeds.length < limit; first += batch) {
    const count = Math.min(batch, dataset.size - first)
    feeds.push(
      new Map(
        inputs.map(input => {
          const array = dataset.inputs.get(input.name)!
          if (isWhole(input, array)) {
            const { shape, data } = take(array, first, 1, 1)
            return [input.name, { type: input.type, shape: shape.slice(1), data }]
          }
          const fixed = typeof input.shape[0] === 'number' && input.shape[0] === batch
          const rows = fixed ? batch : count
          return [input.name, { type: input.type, ...take(array, first, count, rows) }]
        }),
      ),
    )
  }
  return feeds
}

/** Whether an array holds a whole input for each sample, instead of one row of it. */
export function isWhole({ shape }: TensorInfo, array: NdArray): boolean {
  return array.shape.length === shape.length + 1 && fits(shape, array.shape.slice(1))
}

function fits(expected: TensorInfo['shape'], given: readonly number[]): boolean {
  return (
    expected.length === given.length &&
    expected.every((size, axis) => typeof size === 'string' || size === given[axis])
  )
}

/** Checks that the data has every input of the model, in its type and shape. Throws InputError otherwise. */
export function checkInputs(dataset: Dataset, inputs: readonly TensorInfo[], batch: number): void {
  if (dataset.size === 0) throw new InputError(`${dataset.source}: holds no samples`)
  for (const { name, type, shape } of inputs) {
    const array = dataset.inputs.get(name)
    if (!array) {
      const names = [...dataset.inputs.keys()].map(key => `\`${key}\``).join(', ') || 'none'
      throw new InputError(
        `${dataset.source}: no array named \`${name}\`, which the model takes as input (the file has ${names})`,
      )
    }
    const whole = isWhole({ name, type, shape }, array)
    const [expected, given] = [shape.slice(1), array.shape.slice(1)]
    if (!whole && !fits(expected, given)) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` has samples of shape [${given.join()}], the model takes [${expected.join()}]`,
      )
    }
    if (elementArrays.get(type) !== array.data.constructor) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` holds ${array.data.constructor.name.replace('Array', '').toLowerCase()}, the model takes ${type}`,
      )
    }
    if (whole && batch !== 1) {
      throw new InputError(
        `${dataset.source}: array \`${name}\` holds a whole input for each sample, so that samples run one by one: set \`batch\` of the target to 1, it is ${batch}`,
      )
    }
    if (!whole && typeof shape[0] === 'number' && shape[0] !== batch) {
      throw new InputError(
        `input \`${name}\` has the fixed batch ${shape[0]}: set \`batch\` of the target to ${shape[0]}, it is ${batch}`,
      )
    }
  }
}

/** Arrays of the element types that are fed, by their names. */
export const elementArrays = new Map<string, new (size: number) => NumericArray>([
  ['float32', Float32Array],
  ['float64', Float64Array],
  ['int8', Int8Array],
  ['uint8', Uint8Array],
  ['int16', Int16Array],
  ['uint16', Uint16Array],
  ['int32', Int32Array],
  ['uint32', Uint32Array],
  ['int64', BigInt64Array],
  ['uint64', BigUint64Array],
])

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
