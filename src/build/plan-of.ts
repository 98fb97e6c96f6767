import type { NodeProto } from '../onnx/onnx_pb.ts'
import type { Plan, PlannedLayer } from '../quantize/plan.ts'
import { weightedOperators } from '../quantize/weighted-operators.ts'
import type { CandidatePlan } from './candidates.ts'
import { int8Nodes } from './int8-nodes.ts'
import type { Candidate } from './tune.ts'

/**
 * The chosen plan layer by layer, as the optimized graph shows it and not as it was intended.
 *
 * @param nodes the nodes that can run in INT8
 */
export function planOf(
  chosen: Candidate,
  nodes: readonly NodeProto[],
  plans: readonly CandidatePlan[],
  sevenBits: ReadonlySet<string>,
): Plan {
  const running = int8Nodes(chosen.optimized)
  const intended = plans.find(({ name }) => name === chosen.name)?.int8
  const layers = nodes.map(({ name, opType }): PlannedLayer => {
    const precision = running.has(name) ? 'int8' : 'float'
    const missed = intended?.has(name) && precision === 'float'
    return {
      node: name,
      op: opType,
      precision,
      reason: missed
        ? 'planned in INT8, but the runtime did not fuse it with its Q/DQ pairs'
        : `fastest plan: ${chosen.name}`,
      ...(precision === 'int8' &&
        intended &&
        weightedOperators.has(opType) && { weightBits: sevenBits.has(name) ? 7 : 8 }),
    }
  })
  return { name: chosen.name, layers }
}
