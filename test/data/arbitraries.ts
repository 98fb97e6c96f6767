import * as fc from 'fast-check'
import type { NdArray, NumericArray } from '../../src/data/ndarray.ts'

const elements: ((length: { minLength: number; maxLength: number }) => fc.Arbitrary<NumericArray>)[] = [
  fc.float32Array,
  fc.float64Array,
  fc.int8Array,
  fc.uint8Array,
  fc.int16Array,
  fc.uint16Array,
  fc.int32Array,
  fc.uint32Array,
  fc.bigInt64Array,
  fc.bigUint64Array,
]

/** Arrays of every type that can be written, with 0 to 3 axes, empty ones too. */
export const ndArrays: fc.Arbitrary<NdArray> = fc
  .tuple(fc.constantFrom(...elements), fc.array(fc.nat(4), { maxLength: 3 }))
  .chain(([arrayOf, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    return arrayOf({ minLength: length, maxLength: length }).map(data => ({ shape, data }))
  })
