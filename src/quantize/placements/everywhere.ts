import type { Reader } from '../../onnx/graph.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { type ActivationSite, isFloatActivation, type Placement, type PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { writtenOutFunctions } from './written-out-functions.ts'

/**
 * Inputs that steer an operator instead of being its data. Exporters may compute them while the model runs; in 8 bits
 * they would be wrong, not just coarse.
 */
const steered = new Set(['Clip', 'Dropout', 'Pad', 'Resize', 'Upsample'])

/** Pairs at every float activation of every operator, whether the target has an integer kernel or not. */
export const everywhere: Placement = {
  description: 'Q/DQ at every float activation, as a tool without knowledge of the target inserts them',
  activations: 'uint8',
  weights: 'int8',
  contribOps: true,

  quantizable: model =>
    model.graph.node.filter(
      node =>
        isDefaultDomain(node.domain) &&
        (dataReaders(model, node).length > 0 || node.output.some(name => isFloatActivation(model, name))),
    ),

  worthwhile: (model, nodes) => {
    const inFloat = writtenOutFunctions(model)
    return new Set([...nodes].filter(node => !inFloat.has(node)))
  },

  sites: (model, int8) => {
    const activations: ActivationSite[] = []
    const names = [
      ...model.inputs.map(({ name }) => name),
      ...model.graph.node.flatMap(({ output }) => output),
    ]
    for (const tensor of names.filter(name => isFloatActivation(model, name))) {
      const maker = model.producer.get(tensor)
      if (maker && int8.has(maker)) activations.push({ tensor, rangeOf: tensor, readers: 'all' })
      else {
        const readers = (model.readers.get(tensor) ?? []).filter(
          ({ node, input }) =>
            int8.has(node) && dataReaders(model, node).some(reader => reader.input === input),
        )
        if (readers.length > 0) activations.push({ tensor, rangeOf: tensor, readers })
      }
    }
    const weights = [...int8].filter(node => weightedNode(model, node)).map(node => ({ node, bias: true }))
    return { activations, weights }
  },
}

function dataReaders(model: PlacementModel, node: Reader['node']): Reader[] {
  const names = steered.has(node.opType) ? node.input.slice(0, 1) : node.input
  return names.flatMap((name, input) => (isFloatActivation(model, name) ? [{ node, input }] : []))
}
