import { InputError } from '../../errors.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { brokenConstant } from '../../quantize/broken-constant.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'

/** Throws InputError if a model stores NaN, or infinity as a weight or scale. */
export function refuseBroken(model: ModelProto, path: string): void {
  const broken = brokenWords(model)
  if (broken) throw new InputError(`${path}: ${broken}: export the model again from one that works`)
}

/** Which tensor of a model stores NaN, or infinity as a weight or scale; undefined if none does. */
export function brokenWords(model: ModelProto): string | undefined {
  const found = brokenConstant(nameNodes(model))
  if (!found) return undefined
  const { tensor, node, value, count, size } = found
  return `\`${tensor}\`, which node \`${node.name}\` (${node.opType}) reads, holds ${value} in ${count} of ${size} values`
}
