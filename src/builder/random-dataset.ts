import type { Dataset } from '../data/dataset.ts'
import type { NdArray } from '../data/ndarray.ts'
import { dataArrayOf } from '../engine/feeds.ts'
import { fixedBatch } from '../engine/fixed-batch.ts'
import type { TensorInfo } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'
import { seededRandom } from '../statistics/random.ts'

/**
 * Samples of random numbers in the shape of a model's inputs: floats uniform in [-1, 1), integers 0, because they
 * are mostly indices.
 */
export function randomDataset(inputs: readonly TensorInfo[], size: number, seed: number): Dataset {
  const random = seededRandom(seed)
  const source = 'random numbers'
  const fixed = fixedBatch(inputs)
  // What is no batch is made whole for each sample.
  const isDealt = ([first]: TensorInfo['shape']) =>
    typeof first === 'string' || first === fixed || first === 1
  const made = inputs.map(({ name, type, shape }): [string, NdArray] => {
    const ofSample = isDealt(shape) ? shape.slice(1) : shape
    const unknown = ofSample.find(axis => typeof axis === 'string')
    const TypedArray = dataArrayOf(type)
    if (unknown !== undefined || !TypedArray) {
      const what = TypedArray ? `dynamic axis \`${unknown}\`` : `type ${type}`
      throw new InputError(
        `input \`${name}\` has the ${what}: random numbers do not fit it, give data (.npz)`,
      )
    }
    const full = [size, ...(ofSample as number[])]
    const data = new TypedArray(full.reduce((product, axis) => product * axis, 1))
    if (data instanceof Float32Array || data instanceof Float64Array) {
      for (let i = 0; i < data.length; i++) data[i] = 2 * random() - 1
    }
    return [name, { shape: full, data }]
  })
  return { source, sha256: `random, seed ${seed}`, size, inputs: new Map(made), random: true }
}
