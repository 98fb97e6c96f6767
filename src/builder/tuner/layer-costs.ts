import { backendOf } from '../../backends/backends.ts'
import { messageOf } from '../../errors.ts'
import type { OverflowOptions } from '../overflow/overflow-options.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { CostModel } from './cost-model.ts'
import type { Int8Nodes } from './find-int8-nodes.ts'
import { measureCosts } from './measure-costs.ts'
import type { PlanModels } from './plan-models.ts'

/** Nothing is known of single layers: whole groups of operators are tried. */
const noCosts: CostModel = { regions: [], boundaries: [] }

/** Of the time for a build: with less, what is left is for timing whole plans. */
const shareForProfiling = 0.3

/** Of a usual build: about as long as four engines are profiled, without loading them. */
const profilingSeconds = 3

/** What layers cost in float and in INT8, or no costs, with a note, if they cannot be profiled. */
export async function layerCosts(
  { model, write }: PlanModels,
  { names, checked }: Int8Nodes,
  { feeds, target, directory, signal }: OverflowOptions,
  { profiles, time }: { readonly profiles: boolean; readonly time: TimeLimit },
  onProgress: (line: string) => void,
): Promise<{ readonly costs: CostModel; readonly notes: readonly string[] }> {
  onProgress('profiling layers in float and in INT8')
  // Kernels of other devices run when they like: the profiler times only their start. Other runtimes have others.
  if (!backendOf(target).runsOnnxruntimeKernels?.(target)) return { costs: noCosts, notes: [] }
  if (!profiles || time.left() < time.seconds * shareForProfiling) {
    const note =
      'layers were not profiled, so only whole groups of operators were tried: there was no time left for it'
    return { costs: noCosts, notes: [note] }
  }
  try {
    const costs = await measureCosts(model, names, {
      write: int8 => write(int8, checked?.limits),
      feeds,
      target,
      directory,
      seconds: time.part(profilingSeconds),
      signal,
    })
    return { costs, notes: [] }
  } catch (error) {
    signal?.throwIfAborted()
    const note = `layers could not be profiled, so only whole groups of operators were tried: ${messageOf(error)}`
    return { costs: noCosts, notes: [note] }
  }
}
