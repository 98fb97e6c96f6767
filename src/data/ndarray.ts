/** An n-dimensional array in row-major (C) order: what one `.npy` file holds. */
export interface NdArray {
  readonly shape: readonly number[]
  readonly data: NumericArray
}

export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
