import { subgraphs } from './attributes.ts'
import type { GraphProto } from './onnx_pb.ts'

/** Gives names that the graph does not have yet: the wanted one, or the wanted one with a number. */
export type NameGiver = (wanted: string) => string

/** Names of tensors. Those of subgraphs are taken too: ONNX allows no name twice along a nesting. */
export function uniqueTensorNames(graph: GraphProto): NameGiver {
  return nameGiver(tensorNames(graph))
}

/** Names of nodes. */
export function uniqueNodeNames(graph: GraphProto): NameGiver {
  return nameGiver(graph.node.map(({ name }) => name))
}

function nameGiver(taken: Iterable<string>): NameGiver {
  const names = new Set(taken)
  return wanted => {
    let name = wanted
    for (let n = 2; names.has(name); n++) name = `${wanted}_${n}`
    names.add(name)
    return name
  }
}

function* tensorNames(graph: GraphProto): Generator<string> {
  for (const { name } of [...graph.input, ...graph.output, ...graph.initializer]) yield name
  for (const node of graph.node) {
    yield* node.input
    yield* node.output
    for (const inner of subgraphs(node)) yield* tensorNames(inner)
  }
}
