import type { NdArray } from '../data/ndarray.ts'
import type { TensorInfo } from './tensor-info.ts'

/** Whether an array holds a whole input for each sample, instead of one row of it. */
export function isWhole({ shape }: Pick<TensorInfo, 'shape'>, array: Pick<NdArray, 'shape'>): boolean {
  return array.shape.length === shape.length + 1 && fits(shape, array.shape.slice(1))
}

/** Whether a shape is the expected one; a dimension with a name may have any size. */
export function fits(expected: TensorInfo['shape'], given: readonly number[]): boolean {
  return (
    expected.length === given.length &&
    expected.every((size, axis) => typeof size === 'string' || size === given[axis])
  )
}
