import { subgraphs } from './attributes.ts'
import { constantOf } from './constant.ts'
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from './onnx_pb.ts'

/** One use of a tensor by a node. */
export interface Reader {
  readonly node: NodeProto
  /** Position among the node's inputs; undefined if a subgraph of the node reads the tensor by name. */
  readonly input: number | undefined
}

/** Who makes and who reads each tensor of a graph. A snapshot: it does not follow later changes. */
export interface GraphIndex {
  readonly graph: GraphProto
  /** Node that makes a tensor. */
  readonly producer: ReadonlyMap<string, NodeProto>
  /** Uses of a tensor, in graph order. Absent if nobody reads it. */
  readonly readers: ReadonlyMap<string, readonly Reader[]>
  /** Values known before the model runs: initializers, Constant nodes, and what Identity passes on of them. */
  readonly constants: ReadonlyMap<string, TensorProto>
  /** What the caller feeds: graph inputs that have no initializer. */
  readonly inputs: readonly ValueInfoProto[]
  /** Names of the graph's outputs. */
  readonly outputs: ReadonlySet<string>
}

export function indexGraph(graph: GraphProto): GraphIndex {
  const producer = new Map<string, NodeProto>()
  const readers = new Map<string, Reader[]>()
  const constants = new Map(graph.initializer.map(tensor => [tensor.name, tensor]))
  const inputs = graph.input.filter(({ name }) => !constants.has(name))
  const read = (name: string, reader: Reader) => {
    const known = readers.get(name)
    if (known) known.push(reader)
    else readers.set(name, [reader])
  }
  for (const node of graph.node) {
    for (const [input, name] of node.input.entries()) if (name) read(name, { node, input })
    for (const name of outerNames(node)) read(name, { node, input: undefined })
    for (const name of node.output) if (name) producer.set(name, node)
    const value = node.opType === 'Identity' ? constants.get(node.input[0]!) : constantOf(node)
    if (value) constants.set(node.output[0]!, value)
  }
  return {
    graph,
    producer,
    readers,
    constants,
    inputs,
    outputs: new Set(graph.output.map(({ name }) => name)),
  }
}

/** Names that the subgraphs of a node take from the graph around it. */
export function outerNames(node: NodeProto): Set<string> {
  const outer = new Set<string>()
  for (const graph of subgraphs(node)) {
    const own = new Set([...graph.input, ...graph.initializer].map(({ name }) => name))
    for (const inner of graph.node) {
      for (const name of [...inner.input, ...outerNames(inner)]) if (name && !own.has(name)) outer.add(name)
      for (const name of inner.output) own.add(name)
    }
    for (const { name } of graph.output) if (!own.has(name)) outer.add(name)
  }
  return outer
}
