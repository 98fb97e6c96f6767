import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { isFloatActivation, type PlacementModel } from '../placement.ts'

/**
 * Which input of an Add is the skip connection: the one that somebody else reads too; where that does not tell, the
 * one that is made earlier, because the later one is the end of the longer branch and fuses with the Add. Undefined
 * for an Add that joins no two activations.
 */
export function skipInput(model: PlacementModel, node: NodeProto): number | undefined {
  if (node.opType !== 'Add' || !isDefaultDomain(node.domain)) return undefined
  const [a, b] = node.input
  if (!isFloatActivation(model, a) || !isFloatActivation(model, b) || a === b) return undefined
  const shared = (name: string) => model.readers.get(name)!.length > 1
  if (shared(a!) !== shared(b!)) return shared(a!) ? 0 : 1
  const made = (name: string) => model.graph.node.indexOf(model.producer.get(name)!)
  return made(a!) < made(b!) ? 0 : 1
}
