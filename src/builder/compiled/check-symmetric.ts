import { InputError } from '../../errors.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type ModelProto } from '../../onnx/onnx_pb.ts'
import { tensorData } from '../../onnx/tensor.ts'
import { isQdq } from '../../quantize/qdq/has-qdq.ts'

/**
 * TensorRT takes symmetric INT8 alone: Q/DQ pairs of U8, or with zero points, end a build after a minute, without a word
 * about what would do.
 *
 * @param source what to call the model in messages
 * @throws InputError that names the first such pair
 */
export function checkSymmetric({ graph }: ModelProto, source: string): void {
  const { constants } = indexGraph(graph!)
  for (const node of graph!.node.filter(isQdq)) {
    const zeroPoint = constants.get(node.input[2] ?? '')
    // Without one the type is U8, but the value is 0, which TensorRT takes as S8.
    if (!zeroPoint) continue
    const isUnsigned = zeroPoint.dataType === DataType.UINT8
    const isShifted = tensorData(zeroPoint).some(value => Number(value) !== 0)
    if (isUnsigned || isShifted) {
      throw new InputError(
        `${source}: ${node.opType} \`${node.name || node.output[0]}\` is ${isUnsigned ? 'unsigned' : 'not symmetric'}, and TensorRT takes symmetric INT8 only: { "quantization": "explicit", "placement": "tensorrt" } gives such a model`,
      )
    }
  }
}
