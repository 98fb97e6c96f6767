import { create } from '@bufbuild/protobuf'
import { makeNode } from '../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  ValueInfoProtoSchema,
} from '../onnx/onnx_pb.ts'
import { makeTensor } from '../onnx/tensor.ts'
import { seededRandom } from '../statistics/random.ts'

const [layers, channels, size] = [6, 32, 32]

/**
 * A model for measuring the machine where the user gives none: six convolutions with Relu, about 60 million
 * multiplications, of the size of a small vision network. Its weights are random.
 */
export function sampleModel(): ModelProto {
  const random = seededRandom(1)
  const convolutions = Array.from({ length: layers }, (_, i) => {
    const inputs = i === 0 ? 3 : channels
    const weights = Float32Array.from({ length: channels * inputs * 9 }, () => (random() - 0.5) / 8)
    const [from, to, weight] = [i === 0 ? 'image' : `r${i - 1}`, `c${i}`, `w${i}`]
    const attributes = { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] }
    return {
      nodes: [
        makeNode('Conv', `conv_${i}`, [from, weight], [to], attributes),
        makeNode('Relu', `relu_${i}`, [to], [`r${i}`]),
      ],
      weight: makeTensor(weight, [channels, inputs, 3, 3], weights),
    }
  })
  const value = (name: string, shape: readonly number[]) => {
    const dim = shape.map(axis => ({ value: { case: 'dimValue' as const, value: BigInt(axis) } }))
    const tensor = { elemType: DataType.FLOAT, shape: { dim } }
    return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } })
  }
  return create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'quantract',
    opsetImport: [{ domain: '', version: 17n }],
    graph: create(GraphProtoSchema, {
      name: 'sample',
      node: convolutions.flatMap(({ nodes }) => nodes),
      initializer: convolutions.map(({ weight }) => weight),
      input: [value('image', [1, 3, size, size])],
      output: [value(`r${layers - 1}`, [1, channels, size, size])],
    }),
  })
}
