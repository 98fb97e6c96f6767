import { sourceNodes } from '../../backends/onnxruntime/profile/source-nodes.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import type { QuantizableModel } from '../../quantize/quantizable-form.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'

/** A node of the model in quantizable form, by what the user calls it. */
export interface KnownNode {
  readonly name: string
  /** Its own name, and those of the nodes of the user's model whose work it does. */
  readonly names: ReadonlySet<string>
  /** Its own type, and that of the user's node: a bias that was joined to a product does not count. */
  readonly operators: ReadonlySet<string>
}

/** Joins the nodes of the quantizable form to those of the user's model, some of which the runtime has fused. */
export function knownNodes(source: ModelProto, { model }: QuantizableModel): KnownNode[] {
  const named = withDistinctNames(source)
  const given = new Map(named.graph!.node.map((node, i) => [node, source.graph!.node[i]!]))
  const sources = sourceNodes(named, model)
  return model.graph!.node.map(node => {
    const own = (sources.get(node)?.nodes ?? []).map(copy => given.get(copy)!)
    const weighted = own.filter(({ opType }) => weightedOperators.has(opType))
    const operators = (weighted.length > 0 ? weighted : own).map(({ opType }) => opType)
    return {
      name: node.name,
      names: new Set([node.name, ...own.flatMap(({ name }) => (name ? [name] : []))]),
      operators: new Set([node.opType, ...operators]),
    }
  })
}

/** Nodes without a name of their own get one that no other model has, so that they are known by what they make alone. */
function withDistinctNames(source: ModelProto): ModelProto {
  const copy = copyModel(source)
  const seen = new Set<string>()
  for (const [position, node] of copy.graph!.node.entries()) {
    if (!node.name || seen.has(node.name)) node.name = `\0${position}`
    seen.add(node.name)
  }
  return copy
}
