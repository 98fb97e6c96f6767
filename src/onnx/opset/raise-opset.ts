import { create } from '@bufbuild/protobuf'
import { subgraphs } from '../attributes.ts'
import { copyMessage } from '../copy-message.ts'
import { copyModel } from '../copy-model.ts'
import { indexGraph } from '../graph.ts'
import { type GraphProto, type ModelProto, type NodeProto, OperatorSetIdProtoSchema } from '../onnx_pb.ts'
import { ranks } from '../ranks.ts'
import { makeTensor } from '../tensor.ts'
import { elementTypes } from '../types/element-types.ts'
import { uniqueTensorNames } from '../unique-names.ts'
import { laterOpsetRules } from './later-opset-rules.ts'
import { isDefaultDomain, opsetVersion } from './opset.ts'
import { type OpsetRule, opsetRules, type RaisedGraph } from './opset-rules.ts'

/**
 * Operator sets that models are raised to, with the operators that changed since the one before: 13 is the first whose Q/DQ
 * nodes take one scale per channel, 19 the first whose Q/DQ nodes take 16-bit floats.
 */
const steps = [
  { to: 13, rules: opsetRules },
  { to: 19, rules: laterOpsetRules },
] as const

/** The oldest operator set whose operators the rules know; ONNX Runtime knows none before it either. */
const oldest = 7

/** A node that cannot be written in a later operator set. */
export interface NotRaised {
  /** Name of the node, or of its first output where it has none. */
  readonly node: string
  readonly op: string
  readonly reason: string
}

/**
 * The same model in opset 13 (or 19), if it is older: operators that are written otherwise there are rewritten, in subgraphs
 * too. Names of nodes and of tensors stay. The model as it is, with the reason, if an operator cannot be rewritten.
 */
export function raiseOpset(
  model: ModelProto,
  target: (typeof steps)[number]['to'] = 13,
): { readonly model: ModelProto; readonly failed?: NotRaised } {
  let raised = model
  for (const { to, rules } of steps) {
    if (to > target || opsetVersion(raised) >= to || opsetVersion(raised) < oldest || !model.graph) continue
    const next = raisedBy(raised, to, rules)
    if ('failed' in next) return { model, failed: next.failed }
    raised = next.model
  }
  return { model: raised }
}

function raisedBy(
  model: ModelProto,
  to: number,
  rules: Readonly<Record<string, OpsetRule>>,
): { readonly model: ModelProto } | { readonly failed: NotRaised } {
  const failed: NotRaised[] = []
  const raised = copyModel(model)
  raised.graph = raisedGraph(raised.graph!, {
    opset: opsetVersion(model),
    rules,
    newTensor: uniqueTensorNames(model.graph!),
    failed,
  })
  raised.opsetImport = [
    create(OperatorSetIdProtoSchema, { version: BigInt(to) }),
    ...model.opsetImport.filter(({ domain }) => !isDefaultDomain(domain)),
  ]
  return failed[0] ? { failed: failed[0] } : { model: raised }
}

/** What all graphs of a model share. */
interface Raising extends Pick<RaisedGraph, 'opset' | 'newTensor'> {
  readonly rules: Readonly<Record<string, OpsetRule>>
  readonly failed: NotRaised[]
}

function raisedGraph(graph: GraphProto, raising: Raising): GraphProto {
  const index = indexGraph(graph)
  const types = elementTypes(index)
  const knownRanks = ranks(index)
  const initializer = [...graph.initializer]
  const known: RaisedGraph = {
    ...index,
    ...raising,
    rankOf: tensor => knownRanks.get(tensor),
    typeOf: tensor => types.get(tensor),
    addConstant: (wanted, shape, data) => {
      const tensor = makeTensor(raising.newTensor(wanted), shape, data)
      initializer.push(tensor)
      return tensor.name
    },
  }
  const node = graph.node.flatMap(each => {
    const rule = isDefaultDomain(each.domain) ? raising.rules[each.opType] : undefined
    const raised = rule && raising.opset < rule.changedIn ? rule.raise(each, known) : [each]
    if (typeof raised !== 'string') {
      return raised.map(one => withSubgraphs(one, inner => raisedGraph(inner, raising)))
    }
    raising.failed.push({ node: each.name || each.output[0]!, op: each.opType, reason: raised })
    return each
  })
  return copyMessage(graph, { node, initializer })
}

/** A copy of a control-flow node with other subgraphs; other nodes as they are. */
function withSubgraphs(node: NodeProto, change: (graph: GraphProto) => GraphProto): NodeProto {
  if (subgraphs(node).length === 0) return node
  const attribute = node.attribute.map(each =>
    copyMessage(each, { ...(each.g && { g: change(each.g) }), graphs: each.graphs.map(change) }),
  )
  return copyMessage(node, { attribute })
}
