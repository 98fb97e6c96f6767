import { create } from '@bufbuild/protobuf'
import type { NumericArray } from '../../../src/data/ndarray.ts'
import type { FeedTensor } from '../../../src/engine/tensor-info.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../../src/onnx/onnx_pb.ts'
import { makeTensor } from '../../../src/onnx/tensor.ts'
import { randomFloats } from '../random-floats.ts'

export interface ModelParts {
  /** Float inputs and their shapes; a string is a symbolic dimension. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  /** Names of the float outputs. */
  readonly outputs: readonly string[]
  readonly nodes: readonly NodeProto[]
  readonly initializers?: readonly TensorProto[]
  readonly opset?: number
  readonly irVersion?: number
}

/** An ONNX model in memory. */
export function buildModel({
  inputs,
  outputs,
  nodes,
  initializers = [],
  opset = 17,
  irVersion = 8,
}: ModelParts): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'quantract tests',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: create(GraphProtoSchema, {
      name: 'tiny',
      node: [...nodes],
      initializer: [...initializers],
      input: Object.entries(inputs).map(([name, shape]) => floatValue(name, shape)),
      output: outputs.map(name => floatValue(name)),
    }),
  })
}

export function floatValue(name: string, shape?: readonly (number | string)[]): ValueInfoProto {
  const dim = shape?.map(size => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }))
  const value = { elemType: DataType.FLOAT, ...(dim && { shape: { dim } }) }
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } })
}

/** A float initializer of reproducible random numbers around 0. */
export function randomTensor(name: string, shape: readonly number[], largest = 0.5): TensorProto {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return makeTensor(name, shape, randomFloats(size, name, largest))
}

export function tensor(name: string, shape: readonly number[], data: NumericArray): TensorProto {
  return makeTensor(name, shape, data)
}

/** A 3x3 convolution that keeps height and width, and its weights `<name>.weight` and `<name>.bias`. */
export function conv(
  name: string,
  input: string,
  output: string,
  [inputs, outputs]: readonly [number, number],
): { readonly nodes: NodeProto[]; readonly initializers: TensorProto[] } {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`]
  const attributes = { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }
  return {
    nodes: [makeNode('Conv', name, [input, weight, bias], [output], attributes)],
    initializers: [randomTensor(weight, [outputs, inputs, 3, 3]), randomTensor(bias, [outputs])],
  }
}

/** Feed of reproducible random numbers for one input. */
export function randomFeed(
  name: string,
  shape: readonly number[],
  seed = 'feed',
  largest = 1,
): Map<string, FeedTensor> {
  const size = shape.reduce((product, dim) => product * dim, 1)
  return new Map([[name, { type: 'float32', shape, data: randomFloats(size, seed, largest) }]])
}
