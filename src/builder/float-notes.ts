import type { NodeProto } from '../onnx/onnx_pb.ts'

/** Nodes with a reason of their own that are named; the others are counted. */
const mostNamed = 4

/** What stays in float and why, in few sentences: nodes that share their reason are counted by operator. */
export function floatNotes(inFloat: ReadonlyMap<NodeProto, string>): string[] {
  const byReason = new Map<string, NodeProto[]>()
  for (const [node, reason] of inFloat) byReason.set(reason, [...(byReason.get(reason) ?? []), node])
  const alone = [...byReason].filter(([, nodes]) => nodes.length === 1)
  const together = [...byReason].filter(([, nodes]) => nodes.length > 1)
  const named = alone
    .slice(0, mostNamed)
    .map(([reason, [node]]) => `node \`${node!.name}\` (${node!.opType}) stays in float: it ${reason}`)
  const more = alone.length - named.length
  return [
    ...named,
    ...(more > 0 ? [`${more} more nodes stay in float, because 8 bits cannot hold their values`] : []),
    ...together.map(([reason, nodes]) => `${countByOperator(nodes)} stay in float: each ${reason}`),
  ]
}

function countByOperator(nodes: readonly NodeProto[]): string {
  const counts = new Map<string, number>()
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  return [...counts].map(([opType, count]) => `${count} ${opType}`).join(', ')
}
