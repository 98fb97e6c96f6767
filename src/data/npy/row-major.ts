import type { NdArray, NumericArray } from '../ndarray.ts'

/** An array whose first axis changes fastest (Fortran order) as one whose last axis does. Copies it. */
export function rowMajor({ shape, data }: NdArray): NdArray {
  const ordered = new (data.constructor as new (length: number) => NumericArray)(data.length)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1))
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < data.length; to++) {
    ordered[to] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return { shape, data: ordered }
}
