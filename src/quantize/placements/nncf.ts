import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isDefaultDomain } from '../../onnx/opset/opset.ts'
import { type ActivationSite, isFloatActivation, type Placement, type PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { onInputs } from './on-inputs.ts'

const products = onInputs({
  description:
    'NNCF for transformers: one pair per tensor on the inputs of products, also of two activations',
  quantizedInput: (model, node) => (weightedNode(model, node) ? 0 : factors(model, node)),
  hasOwnPair: () => false,
})

/**
 * NNCF's for transformers: pairs on the inputs of all products, those of two activations included, one pair per tensor,
 * before operators that only move values. What lies between products - sums, norms, Softmax, GELU - stays in float.
 *
 * (Its UINT8 with a zero point, where no product of two activations reads, and its SmoothQuant are not reproduced.)
 */
export const nncf: Placement = {
  ...products,
  sites: (model, int8, format) => {
    const { activations, weights } = products.sites(model, int8, format)
    return { activations: activations.map(site => beforeMoves(model, site)), weights }
  },
}

/** Both inputs of a product of two activations. */
function factors(model: PlacementModel, { opType, domain, input }: NodeProto): readonly number[] | undefined {
  const isProduct = opType === 'MatMul' && isDefaultDomain(domain)
  return isProduct && input.every(name => isFloatActivation(model, name)) ? [0, 1] : undefined
}

const moves = new Set(['Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])

/** The same pair, where what makes the values can write them in INT8: OpenVINO fuses a Q with a product before it, not with a Transpose. */
function beforeMoves(model: PlacementModel, site: ActivationSite): ActivationSite {
  const users = site.readers === 'all' ? [] : site.readers.map(({ node }) => node)
  let moved = site
  for (;;) {
    const { tensor, readers } = moved
    const mover = model.producer.get(tensor)
    const source = mover?.input[0]
    const isOnly = readers !== 'all' && model.readers.get(tensor)?.length === readers.length
    if (!mover || !isMove(mover) || !isOnly || model.outputs.has(tensor)) return moved
    if (!isFloatActivation(model, source) || model.readers.get(source!)?.length !== 1) return moved
    moved = { tensor: source!, rangeOf: source!, readers: [{ node: mover, input: 0 }], users }
  }
}

function isMove({ opType, domain }: NodeProto): boolean {
  return isDefaultDomain(domain) && moves.has(opType)
}
