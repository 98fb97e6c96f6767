import { subgraphs } from '../../onnx/attributes.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import type { GraphProto, ModelProto, NodeProto } from '../../onnx/onnx_pb.ts'
import { type NameGiver, uniqueTensorNames } from '../../onnx/unique-names.ts'

/**
 * The same model without tensors of subgraphs that have the name of one around them. ONNX Runtime makes such names where it
 * writes out one function inside and outside of an If, and refuses to load them.
 */
export function distinctNames(model: ModelProto): ModelProto {
  const graph = model.graph!
  if (graph.node.every(node => subgraphs(node).length === 0)) return model
  const copy = copyModel(model)
  const newName = uniqueTensorNames(graph)
  const taken = namesMadeIn(graph)
  copy.graph!.node = graph.node.map(node => renamedNode(node, { taken, renamed: new Map(), newName }))
  return copy
}

interface Scope {
  /** Names of the graphs around. */
  readonly taken: ReadonlySet<string>
  /** What tensors of these names are called now. */
  readonly renamed: ReadonlyMap<string, string>
  readonly newName: NameGiver
}

function renamedNode(node: NodeProto, scope: Scope): NodeProto {
  const nameOf = (name: string) => scope.renamed.get(name) ?? name
  return copyMessage(node, {
    input: node.input.map(nameOf),
    output: node.output.map(nameOf),
    attribute: node.attribute.map(attribute =>
      attribute.g || attribute.graphs.length > 0
        ? copyMessage(attribute, {
            ...(attribute.g && { g: renamedGraph(attribute.g, scope) }),
            graphs: attribute.graphs.map(graph => renamedGraph(graph, scope)),
          })
        : attribute,
    ),
  })
}

function renamedGraph(graph: GraphProto, { taken, renamed, newName }: Scope): GraphProto {
  const own = namesMadeIn(graph)
  const names = new Map(renamed)
  for (const name of own) if (taken.has(name)) names.set(name, newName(name))
  const rename = <T extends { name: string }>(value: T) => {
    const name = names.get(value.name)
    return name === undefined ? value : copyMessage(value as T & object, { name } as Partial<T>)
  }
  const scope = { taken: new Set([...taken, ...own]), renamed: names, newName }
  return copyMessage(graph, {
    input: graph.input.map(rename),
    output: graph.output.map(rename),
    valueInfo: graph.valueInfo.map(rename),
    initializer: graph.initializer.map(rename),
    node: graph.node.map(node => renamedNode(node, scope)),
  })
}

/** Names that a graph gives by itself: its inputs, initializers and what its nodes make. */
function namesMadeIn(graph: GraphProto): Set<string> {
  const made = [...graph.input, ...graph.initializer].map(({ name }) => name)
  return new Set([...made, ...graph.node.flatMap(({ output }) => output)].filter(name => name !== ''))
}
