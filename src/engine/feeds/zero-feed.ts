import { InputError } from '../../errors.ts'
import type { Feed, TensorInfo } from '../tensor-info.ts'
import { elementArrays } from './as-type.ts'

/** One inference on zeros, which are also valid indices. Symbolic dimensions behind the batch are 1. */
export function zeroFeed(inputs: readonly TensorInfo[], batch: number): Feed {
  return new Map(
    inputs.map(({ name, type, shape: symbolic }) => {
      const TypedArray = elementArrays.get(type)
      if (!TypedArray) throw new InputError(`input \`${name}\` has the type ${type}, which is not fed`)
      const shape = symbolic.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? batch : 1))
      return [name, { type, shape, data: new TypedArray(shape.reduce((product, size) => product * size, 1)) }]
    }),
  )
}
