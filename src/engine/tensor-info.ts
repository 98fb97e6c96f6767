import type { NumericArray } from '../data/ndarray.ts'

/** Name, element type and shape of a model's input or output; a string is a dimension's symbolic name. */
export interface TensorInfo {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

/** Type of an input or output that is no tensor: a sequence, a map or an optional value. */
export const notTensor = 'not a tensor'

/** What one inference is given or returns, by tensor name. */
export type Feed = ReadonlyMap<string, FeedTensor>

export interface FeedTensor {
  readonly type: string
  readonly shape: readonly number[]
  readonly data: NumericArray
}
