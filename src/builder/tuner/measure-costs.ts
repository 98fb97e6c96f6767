import { join } from 'node:path'
import { sourceNodes } from '../../backends/onnxruntime/profile/source-nodes.ts'
import { optimizedGraph } from '../../backends/onnxruntime/session/optimized-graph.ts'
import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { placementModel } from '../../quantize/placement.ts'
import { alternatingPlans } from './alternating-plans.ts'
import type { CostModel } from './cost-model.ts'
import { costsOfProfiles } from './costs-of-profiles.ts'
import { nodesOf } from './nodes-of.ts'
import { profilePlans } from './profile-plans.ts'
import { findRegions } from './regions.ts'

export interface MeasureCostsOptions {
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  readonly feeds: readonly Feed[]
  readonly target: Target
  /** For files that nobody needs afterwards. */
  readonly directory: string
  /** About how long the four engines are profiled, without loading them. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Measures what each region of a model costs in float and in INT8, and each tensor between them if it crosses:
 * profiles of the engine all in float, all in INT8, and of two in which the precision alternates.
 *
 * @param model - with a name for every node (`quantizableForm`)
 * @param quantizable - names of the nodes that can run in INT8
 */
export async function measureCosts(
  model: ModelProto,
  quantizable: ReadonlySet<string>,
  { write, directory, ...options }: MeasureCostsOptions,
): Promise<CostModel> {
  if (quantizable.size === 0) return { regions: [], boundaries: [] }
  const float = join(directory, 'all-float.onnx')
  await writeModel(model, float, { temporary: true })
  const kernels = sourceNodes(model, await optimizedGraph(float, options.target, options.signal))
  const fused = [...kernels.values()].flatMap(({ conversion, nodes }) =>
    conversion ? [] : [nodes.map(({ name }) => name)],
  )
  const known = placementModel(model)
  const nodes = known.graph.node.filter(({ name }) => quantizable.has(name))
  const graph = findRegions(known, nodes, fused)

  const sets = [new Set<number>(), new Set(graph.regions.keys()), ...alternatingPlans(graph)]
  const models = await Promise.all(
    sets.map(async (int8, i) => {
      const names = nodesOf({ regions: graph.regions.map(nodes => ({ nodes })) }, int8)
      return { id: String(i), model: i === 0 ? float : await write(names) }
    }),
  )
  const profiles = await profilePlans(models, { ...options, directory })
  return costsOfProfiles(
    graph,
    sets.map((int8, i) => ({ int8, profile: profiles[i]! })),
  )
}
