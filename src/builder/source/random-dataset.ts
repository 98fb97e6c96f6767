import type { Dataset } from '../../data/dataset.ts'
import type { NdArray } from '../../data/ndarray.ts'
import { didYouMean } from '../../did-you-mean.ts'
import { dataArrayOf } from '../../engine/feeds/as-type.ts'
import { fixedBatch } from '../../engine/fixed-batch.ts'
import type { TensorInfo } from '../../engine/tensor-info.ts'
import { InputError } from '../../errors.ts'
import { seededRandom } from '../../statistics/random.ts'

/** Of the samples of one input. */
const mostElements = 2 ** 29

interface RandomNumbers {
  readonly size: number
  readonly seed: number
  /** Sizes of axes that the model leaves open, by name or as `input[axis]`. */
  readonly axes?: Readonly<Record<string, number>>
}

/**
 * Samples of random numbers in the shape of a model's inputs: floats uniform in [-1, 1); integers 0, because they are mostly
 * indices, or 1 if they mask.
 *
 * @throws InputError if the size of an axis is not known
 */
export function randomDataset(
  inputs: readonly TensorInfo[],
  { size, seed, axes = {} }: RandomNumbers,
): Dataset {
  const random = seededRandom(seed)
  const source = 'random numbers'
  const fixed = fixedBatch(inputs)
  // What is no batch is made whole for each sample.
  const isDealt = ([first]: TensorInfo['shape']) =>
    typeof first === 'string' || first === fixed || first === 1
  refuseUnknownAxes(inputs, axes)
  const made = inputs.map(({ name, type, shape }): [string, NdArray] => {
    const sizes = shape.map((axis, i) =>
      typeof axis === 'string' ? (axes[axis] ?? axes[`${name}[${i}]`] ?? axis) : axis,
    )
    const ofSample = isDealt(shape) ? sizes.slice(1) : sizes
    const unknown = ofSample.findIndex(axis => typeof axis === 'string')
    const TypedArray = dataArrayOf(type)
    if (!TypedArray) {
      throw new InputError(
        `input \`${name}\` has the type ${type}: random numbers do not fit it, give data (.npz)`,
      )
    }
    if (unknown >= 0) {
      const axis = ofSample[unknown] || `${name}[${unknown + shape.length - ofSample.length}]`
      throw new InputError(
        `input \`${name}\` has the dynamic axis \`${axis}\`: say its size, { "random": { ${JSON.stringify(axis)}: 128 } }, or give data (.npz)`,
      )
    }
    const full = [size, ...(ofSample as number[])]
    const elements = full.reduce((product, axis) => product * axis, 1)
    if (elements > mostElements) {
      throw new InputError(
        `input \`${name}\`: ${size} random samples of [${ofSample.join(', ')}] do not fit into memory: name smaller axes, or give data (.npz)`,
      )
    }
    const data = new TypedArray(elements)
    if (data instanceof Float32Array || data instanceof Float64Array) {
      for (let i = 0; i < data.length; i++) data[i] = 2 * random() - 1
    } else if (/mask/i.test(name)) {
      for (let i = 0; i < data.length; i++) data[i] = data instanceof BigInt64Array ? 1n : 1
    }
    return [name, { shape: full, data }]
  })
  return { source, sha256: `random, seed ${seed}`, size, inputs: new Map(made), random: true }
}

function refuseUnknownAxes(inputs: readonly TensorInfo[], axes: Readonly<Record<string, number>>): void {
  const known = new Set(
    inputs.flatMap(({ name, shape }) =>
      shape.flatMap((axis, i) => (typeof axis === 'string' ? [axis, `${name}[${i}]`] : [])),
    ),
  )
  const unknown = Object.keys(axes).find(axis => !known.has(axis))
  if (unknown === undefined) return
  const open = [...known].filter(axis => axis !== '')
  throw new InputError(
    `random numbers: no input has an open axis \`${unknown}\`${open.length === 0 ? ': all are fixed, write { "random": true }' : didYouMean(unknown, open)}`,
  )
}
