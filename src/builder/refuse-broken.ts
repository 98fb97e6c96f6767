import { InputError } from '../errors.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { brokenConstant } from '../quantize/broken-constant.ts'
import { nameNodes } from '../quantize/name-nodes.ts'

/** Throws InputError if a model stores NaN, or infinity as a weight or scale. */
export function refuseBroken(model: ModelProto, path: string): void {
  const found = brokenConstant(nameNodes(model))
  if (!found) return
  const { tensor, node, value, count, size } = found
  throw new InputError(
    `${path}: \`${tensor}\`, which node \`${node.name}\` (${node.opType}) reads, holds ${value} in ${count} of ${size} values: export the model again from one that works`,
  )
}
