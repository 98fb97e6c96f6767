import type { NdArray } from '../data/ndarray.ts'
import { isWhole } from './is-whole.ts'
import type { TensorInfo } from './tensor-info.ts'

/**
 * The number of samples that a model takes at a time by itself; undefined if it takes any number, or one whole feed.
 *
 * The first axis of an input is the batch. If that is fixed, and to the same number for all inputs, it is their batch. If
 * it is fixed to several numbers, it is none: a state of shape [2, 1, 64] beside samples of shape [1, 16]. If it is fixed
 * for some and free for others, the free ones decide, and data says what the fixed ones are: an array with one axis more
 * holds a whole input for each sample.
 *
 * @param data - arrays by input name, where they are known
 */
export function fixedBatch(
  inputs: readonly TensorInfo[],
  data?: ReadonlyMap<string, Pick<NdArray, 'shape'>>,
): number | undefined {
  const first = inputs.flatMap(input => {
    const array = data?.get(input.name)
    return input.shape.length === 0 || (array && isWhole(input, array)) ? [] : [input.shape[0]!]
  })
  const fixed = new Set(first.filter(size => typeof size === 'number'))
  const isFree = data === undefined && first.some(size => typeof size === 'string')
  return fixed.size === 1 && !isFree ? [...fixed][0] : undefined
}
