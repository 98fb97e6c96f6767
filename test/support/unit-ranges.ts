import { floatActivations } from '../../src/onnx/float-activations.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import type { Range, Ranges } from '../../src/quantize/ranges.ts'

/** The same range for every activation: enough where only the structure of a quantized model matters. */
export function unitRanges(model: ModelProto, range: Range = { min: -1, max: 1 }): Ranges {
  return new Map(floatActivations(indexGraph(model.graph!)).map(name => [name, range]))
}
