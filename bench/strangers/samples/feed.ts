import { Tensor } from 'onnxruntime-node'
import type { SampleSet } from './samples.ts'

/** What a model takes: its name, ONNX Runtime's type and its shape, free axes as text. */
export interface Input {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

const types = {
  '<f4': ['float32', Float32Array],
  '<f8': ['float64', Float64Array],
  '<f2': ['float16', Uint16Array],
  '<i8': ['int64', BigInt64Array],
  '<i4': ['int32', Int32Array],
  '<i2': ['int16', Int16Array],
  '|i1': ['int8', Int8Array],
  '|u1': ['uint8', Uint8Array],
  '|b1': ['bool', Uint8Array],
} as const

/** NumPy's type string of a type of ONNX Runtime; undefined if there is none here. */
export function descrOf(type: string): string | undefined {
  return Object.entries(types).find(([, [name]]) => name === type)?.[0]
}

/**
 * The tensors of one inference. A row of an array is a whole input if it has as many axes as the input, otherwise it is
 * one of the rows that the input's first axis counts; a fixed first axis takes that many rows.
 *
 * @param index of the inference, not of the sample
 */
export function feedOf(samples: SampleSet, inputs: readonly Input[], index: number): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const array = samples.get(name)
      if (!array) throw new Error(`the data have no array \`${name}\``)
      const whole = array.shape.length === shape.length + 1
      const rows = whole || typeof shape[0] !== 'number' ? 1 : shape[0]
      const [type, TypedArray] = types[array.descr as keyof typeof types] ?? []
      if (!type) throw new Error(`the data have the type ${array.descr}`)
      const row = array.bytes.length / array.shape[0]!
      // A Buffer's own slice would share memory, and its offset.
      const bytes = new Uint8Array(array.bytes.subarray(index * rows * row, (index + 1) * rows * row))
      const data = new TypedArray(bytes.buffer as ArrayBuffer)
      const dims = whole ? array.shape.slice(1) : [rows, ...array.shape.slice(1)]
      return [name, new Tensor(type, data as never, dims)]
    }),
  )
}

/** Samples that one inference takes: the fixed first axis that all arrays of rows share, otherwise 1. */
export function samplesPerInference(samples: SampleSet, inputs: readonly Input[]): number {
  const rows = inputs.flatMap(({ name, shape }) =>
    samples.get(name)?.shape.length === shape.length && typeof shape[0] === 'number' ? [shape[0]] : [],
  )
  return Math.max(1, ...rows)
}
