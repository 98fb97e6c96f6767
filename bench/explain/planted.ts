import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { signedGrid, wrongBias } from '../../test/explain/onnxruntime/plant.ts'

/** Mistakes planted one by one into the digits network with complete pairs, each at one layer. */
export const planted: readonly {
  readonly cause: string
  readonly node: string
  readonly plant: (model: ModelProto) => ModelProto
}[] = [
  {
    cause: 'mismatched-bias',
    node: '/down/conv/Conv',
    plant: model => wrongBias(model, '/down/conv/Conv'),
  },
  {
    cause: 'signed-activation',
    node: '/block2/first/conv/Conv',
    plant: model => signedGrid(model, '/block2/first/conv/Conv_output_0'),
  },
]
