import { TensorProto_DataType as DataType, type ModelProto } from './onnx_pb.ts'
import { floatData } from './tensor.ts'

/** Weights of a model, and how many of them are denormal. */
export interface DenormalWeights {
  readonly total: number
  readonly denormal: number
}

/** Bits of the smallest normal 32-bit float. */
const smallestNormal = 0x00800000

/** Counts the 32-bit float initializers of the main graph whose magnitude lies between 0 and 2^-126. */
export function countDenormals({ graph }: ModelProto): DenormalWeights {
  let [total, denormal] = [0, 0]
  for (const tensor of graph?.initializer ?? []) {
    if (tensor.dataType !== DataType.FLOAT) continue
    const values = floatData(tensor)
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
    total += bits.length
    for (let i = 0; i < bits.length; i++) {
      const magnitude = bits[i]! & 0x7fffffff
      if (magnitude > 0 && magnitude < smallestNormal) denormal++
    }
  }
  return { total, denormal }
}
