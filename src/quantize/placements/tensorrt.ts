import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset.ts'
import { type ActivationSite, isFloatActivation, type Placement, type PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'

/**
 * TensorRT's rules: pairs on all inputs of weighted operators and on the skip input of a residual Add, none on their
 * outputs. A Q right after a convolution would split it from the batch norm, activation or Add that fuse with it; the
 * next consumer's Q does that work. Weights stay float with a pair: TensorRT quantizes them itself. No pair on biases.
 */
export const tensorrt: Placement = {
  description: 'TensorRT: symmetric INT8 on the inputs of weighted operators and on skip connections',
  activations: 'int8-symmetric',
  weights: 'float',
  contribOps: false,

  quantizable: model =>
    model.graph.node.filter(node => weightedNode(model, node) || skipInput(model, node) !== undefined),

  sites: (model, int8) => {
    const activations: ActivationSite[] = []
    const names = [
      ...model.inputs.map(({ name }) => name),
      ...model.graph.node.flatMap(({ output }) => output),
    ]
    for (const tensor of names) {
      const readers = (model.readers.get(tensor) ?? []).filter(({ node }) => int8.has(node))
      const weighted = readers.filter(({ node, input }) => input === 0 && node.opType !== 'Add')
      if (weighted.length > 0) activations.push({ tensor, rangeOf: tensor, readers: weighted })
      // A pair of its own for each skip: shared with a convolution it would tie the Add to that branch.
      for (const reader of readers) {
        if (reader.node.opType === 'Add' && reader.input === skipInput(model, reader.node)) {
          activations.push({ tensor, rangeOf: tensor, readers: [reader] })
        }
      }
    }
    const weights = [...int8].filter(node => weightedNode(model, node)).map(node => ({ node, bias: false }))
    return { activations, weights }
  },
}

/**
 * Which input of an Add is the skip connection: the one that somebody else reads too; where that does not tell, the
 * one that is made earlier, because the later one is the end of the longer branch and fuses with the Add. Undefined
 * for an Add that joins no two activations.
 */
function skipInput(model: PlacementModel, node: NodeProto): number | undefined {
  if (node.opType !== 'Add' || !isDefaultDomain(node.domain)) return undefined
  const [a, b] = node.input
  if (!isFloatActivation(model, a) || !isFloatActivation(model, b) || a === b) return undefined
  const shared = (name: string) => model.readers.get(name)!.length > 1
  if (shared(a!) !== shared(b!)) return shared(a!) ? 0 : 1
  const made = (name: string) => model.graph.node.indexOf(model.producer.get(name)!)
  return made(a!) < made(b!) ? 0 : 1
}
