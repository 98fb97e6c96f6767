import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { PlacementModel } from '../placement.ts'
import { foldedActivation } from './folded-activation.ts'
import { type OperatorSupport, operatorSupport } from './onnxruntime-operators.ts'

const pools = new Set(['AveragePool', 'GlobalAveragePool'])

/**
 * Those of the nodes that gain by integers. Matrix products and convolutions always do. Other operators do between
 * them: if they read what is in integers already and write what is read in integers, like the residual Add of two
 * convolutions or the Sigmoid and Mul of a SiLU. Next to float operators, as in a LayerNormalization or GELU written
 * out, each of them would cost a Q and a DQ and the digits that those take.
 */
export function worthwhileNodes(
  model: PlacementModel,
  nodes: ReadonlySet<NodeProto>,
): ReadonlySet<NodeProto> {
  const supports = new Map(model.graph.node.map(node => [node, operatorSupport(model, node)]))
  const kept = new Set(nodes)
  const moves = (node: NodeProto) => supports.get(node)?.kind === 'moves'

  const isInteger = (tensor: string): boolean => {
    const maker = model.producer.get(tensor)
    if (!maker) return false
    if (kept.has(maker)) return true
    const input = maker.input[0] ?? ''
    if (moves(maker)) return isInteger(input)
    return foldedActivation(model, input)?.node === maker && isInteger(input)
  }
  const isReadInIntegers = (tensor: string): boolean =>
    model.outputs.has(tensor) ||
    (model.readers.get(tensor) ?? []).some(({ node, input }) => {
      if (kept.has(node)) return input === 0 || supports.get(node)?.inputs === 'all'
      const passesOn = moves(node) || foldedActivation(model, tensor)?.node === node
      return passesOn && input === 0 && node.output.some(isReadInIntegers)
    })
  const behindConvolutions = new Map<string, boolean>()
  const isBehindConvolution = (tensor: string): boolean => {
    const known = behindConvolutions.get(tensor)
    const found = known ?? comesFromConvolution(tensor)
    behindConvolutions.set(tensor, found)
    return found
  }
  const comesFromConvolution = (tensor: string): boolean => {
    const maker = model.producer.get(tensor)
    if (!maker || maker.opType === 'Conv') return maker?.opType === 'Conv'
    const [first = '', second = ''] = maker.input
    if (maker.opType === 'Add') return isBehindConvolution(first) || isBehindConvolution(second)
    const passesOn = moves(maker) || pools.has(maker.opType) || foldedActivation(model, first)?.node === maker
    return passesOn && isBehindConvolution(first)
  }
  const joinsBranches = ({ opType, input }: NodeProto) => opType === 'Add' && input.some(isBehindConvolution)
  const readsIntegers = (node: NodeProto, { inputs }: OperatorSupport) => {
    const names = inputs === 'first' ? node.input.slice(0, 1) : node.input
    const data = names.filter(name => !model.constants.has(name))
    // Images are large: what joins them handles a quarter of the bytes in integers, also if it must quantize a part first.
    const one = node.opType === 'Concat' || joinsBranches(node)
    return one ? data.some(isInteger) : data.every(isInteger)
  }
  /** A pool or a residual Add of an image: a large tensor becomes a smaller one, or two become one. */
  const shrinksImages = (node: NodeProto) =>
    joinsBranches(node) || (pools.has(node.opType) && isBehindConvolution(node.input[0]!))

  /** The bias of a matrix product: what it reads is in integers, as no product in front of an Add can write floats. */
  const isBias = ({ opType, input }: NodeProto) => {
    const [data = ''] = input.filter(name => !model.constants.has(name))
    return (
      opType === 'Add' && input.some(name => model.constants.has(name)) && isProduct(model.producer.get(data))
    )
  }
  const isProduct = (node: NodeProto | undefined) =>
    node !== undefined && kept.has(node) && supports.get(node)?.kind === 'weighted'

  const isWorthwhile = (node: NodeProto) => {
    const support = supports.get(node)
    if (!support || support.kind === 'weighted' || node.opType === 'MatMul' || isBias(node)) return true
    return readsIntegers(node, support) && (isReadInIntegers(node.output[0]!) || shrinksImages(node))
  }
  // What goes takes its neighbours with it: those behind are met in graph order, those before in the opposite one.
  const ordered = model.graph.node.filter(node => nodes.has(node))
  for (let before = -1; before !== kept.size; ) {
    before = kept.size
    for (const node of [...ordered, ...ordered.toReversed()]) if (!isWorthwhile(node)) kept.delete(node)
  }
  return kept
}
