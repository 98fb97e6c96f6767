import { type GraphIndex, indexGraph } from '../../../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../../onnx/onnx_pb.ts'
import { isQdq } from '../../../quantize/qdq/has-qdq.ts'

/** What a node of an optimized graph stands for in the model that was loaded. */
export interface NodeSources {
  /** Whether it only changes element type or memory layout. */
  readonly conversion: boolean
  /** In graph order, without Q and DQ nodes; of a conversion, the Q or DQ node that it is, if any. */
  readonly nodes: readonly NodeProto[]
}

const layoutOps = new Set(['ReorderInput', 'ReorderOutput', 'Transpose', 'Reshape', 'Cast', 'Identity'])

/** Operators that ONNX Runtime folds into the node that makes their input. */
const tails = new Set([
  'Add',
  'BatchNormalization',
  'Clip',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Mul',
  'Relu',
  'Sigmoid',
  'Tanh',
])

/**
 * Finds, for each node of an optimized graph, the nodes of the source model whose work it does.
 *
 * ONNX Runtime keeps names: a node keeps its own, perhaps with `_token_<n>`, `/duplicated` or `/<Name>Fusion/` behind it;
 * one that was moved to the layout NCHWc is called `<output>_nchwc` after the tensor that it made before. So most nodes
 * are known by name, and the output names show how far a fusion reaches. What is left was folded: an activation into
 * the node before it, anything else into the node after it.
 *
 * @param source - with a name for every node (`nameNodes`)
 */
export function sourceNodes(source: ModelProto, optimized: ModelProto): ReadonlyMap<NodeProto, NodeSources> {
  const index = indexGraph(source.graph!)
  const names = new Map(source.graph!.node.map(node => [node.name, node]))
  const optimizedNodes = optimized.graph!.node
  const found = new Map(optimizedNodes.map(node => [node, identify(node, names, index)]))
  const owner = new Map<NodeProto, NodeProto>()
  for (const [node, { same, conversion }] of found) {
    if (same && !conversion && !isQdq(same) && !owner.has(same)) owner.set(same, node)
  }
  const stops = new Set(optimizedNodes.flatMap(({ input, output }) => [...input, ...output]))
  for (const [node, { ends, conversion }] of found) {
    if (!conversion) for (const end of ends) claimBackwards(end, node, { owner, stops, index })
  }
  const computed = computedNodes(index)
  for (const node of computed) {
    if (owner.has(node) || !tails.has(node.opType)) continue
    const before = node.input.flatMap(name => owner.get(madeBy(name, index)!) ?? [])
    // The latest: of a residual Add, the end of the longer branch.
    const last = before.sort((a, b) => optimizedNodes.indexOf(b) - optimizedNodes.indexOf(a))[0]
    if (last) owner.set(node, last)
  }
  for (const node of computed.toReversed()) {
    if (owner.has(node)) continue
    const readers = node.output.flatMap(name => index.readers.get(name) ?? [])
    const reader = readers.find(({ node: next }) => owner.has(next))
    if (reader) owner.set(node, owner.get(reader.node)!)
  }
  return new Map(
    [...found].map(([node, { same, conversion }]) => {
      const own = conversion
        ? [same].filter(each => each !== undefined)
        : computed.filter(each => owner.get(each) === node)
      return [node, { conversion, nodes: own }]
    }),
  )
}

interface Identified {
  /** The source node that goes by the same name. */
  readonly same: NodeProto | undefined
  readonly conversion: boolean
  /** Source nodes that make its outputs: all that lies between them and its inputs is its work. */
  readonly ends: readonly NodeProto[]
}

function identify(
  node: NodeProto,
  names: ReadonlyMap<string, NodeProto>,
  { producer }: GraphIndex,
): Identified {
  const plain = node.name.replace(/_token_\d+$/, '')
  const unfused = plain.replace(/(\/+[A-Za-z]*Fusion)+\/*$/, '').replace(/\/duplicated$/, '')
  // A Q that was moved in front of the node that follows reads `<output>_pre_q`.
  const output = /^(.+?)(_pre_q)?_nchwc$/.exec(plain)?.[1]
  const moved = output === undefined ? undefined : producer.get(output)
  const named = names.get(node.name) ?? names.get(plain) ?? names.get(unfused) ?? moved
  const made = node.output.flatMap(name => producer.get(name) ?? [])
  if (isQdq(node)) return { same: named && isQdq(named) ? named : undefined, conversion: true, ends: [] }
  if (layoutOps.has(node.opType) && named?.opType !== node.opType) {
    return { same: undefined, conversion: true, ends: [] }
  }
  const fused = unfused !== plain && named ? [named] : []
  return { same: named ?? made[0], conversion: false, ends: [...made, ...fused] }
}

/** The node that makes a tensor, before any Q and DQ. */
function madeBy(name: string, { producer }: Pick<GraphIndex, 'producer'>): NodeProto | undefined {
  const node = producer.get(name)
  return node && isQdq(node) ? madeBy(node.input[0]!, { producer }) : node
}

function claimBackwards(
  node: NodeProto,
  by: NodeProto,
  known: {
    readonly owner: Map<NodeProto, NodeProto>
    readonly stops: ReadonlySet<string>
    readonly index: GraphIndex
  },
): void {
  const { owner, stops, index } = known
  if ((owner.get(node) ?? by) !== by || node.opType === 'DequantizeLinear') return
  if (!isQdq(node)) owner.set(node, by)
  for (const name of node.input) {
    const before = index.producer.get(name)
    if (before && !stops.has(name) && !index.constants.has(name)) claimBackwards(before, by, known)
  }
}

/** Nodes that compute something from the model's inputs, without Q and DQ, in graph order. */
function computedNodes({ graph, inputs }: GraphIndex): NodeProto[] {
  const computed = new Set(inputs.map(({ name }) => name))
  const nodes: NodeProto[] = []
  for (const node of graph.node) {
    if (!node.input.some(name => computed.has(name))) continue
    for (const name of node.output) computed.add(name)
    if (!isQdq(node)) nodes.push(node)
  }
  return nodes
}
