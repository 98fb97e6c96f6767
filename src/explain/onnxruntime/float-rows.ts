import { isFloat, type ProfiledLayer, precisionOf } from '../../engine/engine-profile.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { Comparison, LayerCost } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { type WhyFloat, whyFloat } from './why-float.ts'

/** Weighted layers of the subject that run in float for one reason, and what their rows cost. */
export interface FloatLayers {
  /** The Conv, Gemm or MatMul nodes. */
  readonly nodes: readonly NodeProto[]
  /** Of the layers, and of the conversions that feed them. */
  readonly costs: readonly LayerCost[]
}

/** Finds the layers that have Q/DQ pairs on their inputs and still run in float, for one reason. Undefined for none. */
export function floatLayers(comparison: Comparison, why: WhyFloat): FloatLayers | undefined {
  const { subject, rows } = comparison
  const { graph } = subject
  if (!graph) return undefined
  const reasonFor = (layer: ProfiledLayer) =>
    layer.kind === 'compute' && isFloat({ type: precisionOf(layer) })
      ? layer.nodes.flatMap(name => {
          const node = graph.node(name)
          return node && whyFloat(graph, node) === why ? [node] : []
        })
      : []
  const found = rows.flatMap(row => {
    const nodes = row.subject.flatMap(reasonFor)
    return nodes.length > 0 ? [{ row, nodes }] : []
  })
  if (found.length === 0) return undefined
  return {
    nodes: found.flatMap(({ nodes }) => nodes),
    costs: costsOf(
      found.flatMap(({ row }) => row.subject),
      extraTime(comparison),
    ),
  }
}
