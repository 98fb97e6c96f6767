import { numberToFloat16 } from '../../data/float16.ts'
import type { NumericArray } from '../../data/ndarray.ts'
import type { TensorInfo } from '../tensor-info.ts'

/** Arrays of the element types that are fed, by their names: float16 as bit patterns, bool as bytes. */
export const elementArrays = new Map<string, new (size: number) => NumericArray>([
  ['float32', Float32Array],
  ['float64', Float64Array],
  ['int8', Int8Array],
  ['uint8', Uint8Array],
  ['int16', Int16Array],
  ['uint16', Uint16Array],
  ['int32', Int32Array],
  ['uint32', Uint32Array],
  ['int64', BigInt64Array],
  ['uint64', BigUint64Array],
  ['float16', Uint16Array],
  ['bool', Uint8Array],
])

/** The array that holds data for an input of this type: float16 comes as float32, which holds all of its values. */
export function dataArrayOf(type: string): (new (size: number) => NumericArray) | undefined {
  return type === 'float16' ? Float32Array : elementArrays.get(type)
}

const largest: Readonly<Record<string, number>> = { float16: 65504, float32: 3.4028234663852886e38 }

type Input = Pick<TensorInfo, 'type' | 'shape'>

/**
 * Why an array cannot be fed to an input, in words that follow its name; undefined if it can.
 *
 * What NumPy makes of numbers by itself - float64, int64 on one system and int32 on another - is fed in the model's type if
 * no value changes but by rounding to a float. Bytes and 16-bit samples are no floats: whether the model wants 0 to 255 or
 * 0 to 1 only the user's program knows.
 */
export function whyNotFed(data: NumericArray, { type, shape }: Input): string | undefined {
  const array = dataArrayOf(type)
  const prepare = `holds ${nameOf(data)}, the model takes ${type}: prepare the data as your program does, and save it as ${type}`
  if (array === undefined) return prepare
  if (data.constructor === array && type !== 'float16' && type !== 'bool') return undefined
  if (isFloat(array)) {
    const beyond = isFloat(data.constructor)
      ? find(data, value => Number.isFinite(value) && Math.abs(value) > (largest[type] ?? Infinity))
      : isAmount(data, shape)
        ? find(data, value => (array === Float32Array ? Math.fround(value) : value) !== value)
        : find(data, value => value !== 0 && value !== 1)
    if (beyond === undefined) return undefined
    if (!isFloat(data.constructor)) return prepare
    return `holds ${beyond}, beyond the ${largest[type]} of ${type} that the model takes: scale the data as the model expects it`
  }
  const held = new array(1)
  const other = data.find((value: number | bigint) => {
    if (type === 'bool') return Number(value) !== 0 && Number(value) !== 1
    if (!Number.isInteger(Number(value))) return true
    held[0] = elementOf(array, value) as never
    return BigInt(held[0]!) !== BigInt(value)
  })
  return other === undefined
    ? undefined
    : `holds ${nameOf(data)}, ${other} among them, the model takes ${type}: prepare the data as your program does, and save it as ${type}`
}

/** The elements of an array that can be fed, in the type of the input. */
export function asType(data: NumericArray, type: string): NumericArray {
  const array = dataArrayOf(type)!
  const fed = data.constructor === array ? data : converted(data, array)
  return type === 'float16' ? Uint16Array.from(fed as Float32Array, numberToFloat16) : fed
}

function converted(data: NumericArray, array: new (size: number) => NumericArray): NumericArray {
  const fed = new array(data.length)
  for (let i = 0; i < data.length; i++) fed[i] = elementOf(array, data[i]!) as never
  return fed
}

function elementOf(array: unknown, value: number | bigint): number | bigint {
  return array === BigInt64Array || array === BigUint64Array ? BigInt(value) : Number(value)
}

function isFloat(array: unknown): boolean {
  return array === Float32Array || array === Float64Array
}

/** Whether integers are columns of a table, as pandas has them, and not a picture or a recording. */
function isAmount(data: NumericArray, shape: TensorInfo['shape']): boolean {
  return data.BYTES_PER_ELEMENT >= 4 && shape.length <= 2
}

function find(data: NumericArray, is: (value: number) => boolean): number | undefined {
  for (const value of data) if (is(Number(value))) return Number(value)
  return undefined
}

/** What numpy calls the type of an array: BigInt64Array is int64. */
function nameOf(data: NumericArray): string {
  return data.constructor.name.replace(/^Big|Array$/g, '').toLowerCase()
}
