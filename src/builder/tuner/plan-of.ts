import type { EngineLayer } from '../../engine/backend.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { Plan, PlannedLayer, Precision } from '../../quantize/plan.ts'
import type { WeightLimits } from '../../quantize/weights.ts'
import type { CostModel } from './cost-model.ts'
import type { Candidate } from './tune.ts'

/** What is known of a chosen plan. */
export interface ChosenPlan {
  readonly chosen: Candidate
  /** The layers that the runtime runs. */
  readonly layers: readonly EngineLayer[]
  /** The nodes that can run in INT8. */
  readonly nodes: readonly NodeProto[]
  /** Those that read rows of embedding tables. */
  readonly tables: readonly NodeProto[]
  /** By name of a node: channels whose weights have less than 8 bits. */
  readonly limits?: ReadonlyMap<string, WeightLimits>
  readonly costs: CostModel
  /** Names of nodes that went back to float, because INT8 there costs the outputs too much. */
  readonly returned: ReadonlySet<string>
}

/** The chosen plan layer by layer, as the optimized graph shows it and not as it was intended. */
export function planOf({ chosen, layers, nodes, tables, limits, costs, returned }: ChosenPlan): Plan {
  const running = int8Nodes(layers)
  const regions = new Map(costs.regions.flatMap(region => region.nodes.map(node => [node, region])))
  const planned = nodes.map(({ name, opType }): PlannedLayer => {
    const precision = running.has(name) ? 'int8' : 'float'
    const region = regions.get(name)
    const missed = chosen.int8?.has(name) && precision === 'float'
    return {
      node: name,
      op: opType,
      precision,
      reason: missed
        ? 'planned in INT8, but the runtime did not fuse it with its Q/DQ pairs'
        : precision === 'float' && returned.has(name)
          ? 'INT8 here costs the outputs too much'
          : reasonFor(precision, region?.microseconds),
      ...(region && { microseconds: region.microseconds }),
      ...(region && region.nodes.length > 1 && { with: region.nodes.filter(other => other !== name) }),
      ...(precision === 'int8' &&
        chosen.int8 &&
        limits?.has(name) && { narrowedChannels: limits.get(name)!.size }),
    }
  })
  const ofTables = tables.map(({ name, opType }): PlannedLayer => {
    const precision = running.has(name) ? 'int8' : 'float'
    return { node: name, op: opType, precision, reason: tableReasons[precision] }
  })
  return { name: chosen.name, layers: [...ofTables, ...planned] }
}

/** Names of the steps of an engine that run in INT8. */
function int8Nodes(layers: readonly EngineLayer[]): ReadonlySet<string> {
  return new Set(layers.filter(({ precision }) => precision === 'int8').map(({ name }) => name))
}

function reasonFor(
  precision: Precision,
  microseconds: Readonly<Record<Precision, number>> | undefined,
): string {
  if (!microseconds) return 'fastest plan as a whole'
  const other = precision === 'int8' ? 'float' : 'int8'
  return microseconds[precision] <= microseconds[other]
    ? `faster in ${words[precision]} by itself`
    : `faster in ${words[other]} by itself, but changing the precision around it costs more`
}

const tableReasons: Readonly<Record<Precision, string>> = {
  int8: 'a table that takes a quarter of the bytes and no time',
  float: 'a table that is in INT8 in no plan, or not in this one',
}

const words: Readonly<Record<Precision, string>> = { int8: 'INT8', float: 'float' }
