import type { Dataset } from '../data/dataset.ts'
import type { NdArray } from '../data/ndarray.ts'
import type { TensorInfo } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'
import { seededRandom } from '../statistics/random.ts'

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
}

/**
 * Samples of random numbers in the shape of a model's inputs: floats uniform in [-1, 1), integers 0, because they
 * are mostly indices.
 */
export function randomDataset(inputs: readonly TensorInfo[], size: number, seed: number): Dataset {
  const random = seededRandom(seed)
  const source = 'random numbers'
  const made = inputs.map(({ name, type, shape }): [string, NdArray] => {
    const ofSample = shape.slice(1)
    const unknown = ofSample.find(axis => typeof axis === 'string')
    const TypedArray = arrays[type as keyof typeof arrays]
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
