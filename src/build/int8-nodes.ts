import type { OptimizedNode } from './inspect-engine.ts'

/** Operators of ONNX Runtime that compute in integers. */
const integerOp = /^(QLinear|QGemm|MatMulInteger|ConvInteger|DynamicQuantize|QAttention)/

/** Suffix of a node that the runtime moved to another memory layout. */
const layoutSuffix = /_token_\d+$/

/** Names of the nodes of an optimized graph that run in INT8. A fused node keeps the name of its operator. */
export function int8Nodes(nodes: readonly OptimizedNode[]): ReadonlySet<string> {
  return new Set(
    nodes.filter(({ op }) => integerOp.test(op)).map(({ name }) => name.replace(layoutSuffix, '')),
  )
}
