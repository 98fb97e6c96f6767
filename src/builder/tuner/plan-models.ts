import { join } from 'node:path'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { checkQuantizable } from '../../quantize/check-quantizable.ts'
import { type PlacementName, placements } from '../../quantize/placements.ts'
import { quantizeModel } from '../../quantize/quantize-model.ts'
import type { Ranges } from '../../quantize/ranges.ts'
import type { WeightLimits } from '../../quantize/weights.ts'
import { type SelectedNodes, selectNodes } from '../selection/select-nodes.ts'
import { calibratedMeans } from '../source/calibrated-means.ts'
import { calibratedRanges, defaultMethod } from '../source/calibrated-ranges.ts'
import { prepareModel } from '../source/prepare-model.ts'
import type { BuildTask } from '../task.ts'
import type { ImplicitVariant } from '../variant.ts'

/** By name of a node: channels whose weights use less than 8 bits. */
type Limits = ReadonlyMap<string, WeightLimits>

/** Makes the models of plans, all from the same calibration. */
export interface PlanModels {
  /** Where their pairs are. */
  readonly placement: PlacementName
  /** The float model that plans are about, with a name for every node. */
  readonly model: ModelProto
  /** What the variant lets run in INT8. */
  readonly selected: SelectedNodes
  /** Of its activations. */
  readonly ranges: Ranges
  /** About the calibration, a sentence each. */
  readonly notes: readonly string[]
  /** The model in which exactly these nodes are in INT8. */
  readonly quantize: (int8: ReadonlySet<string>, limits: Limits) => ModelProto
  /** Writes that model into a file that nobody needs after the build, and gives its path. */
  readonly write: (int8: ReadonlySet<string>, limits?: Limits) => Promise<string>
}

/** Prepares and calibrates the contract's model, so that any plan of it can be made. */
export async function planModels(
  variant: ImplicitVariant,
  placement: PlacementName,
  task: BuildTask,
): Promise<PlanModels> {
  const prepared = await prepareModel(task)
  checkQuantizable(prepared, placement, task.source.path)
  const selected = await selectNodes(variant, prepared, { ...task, placement })
  const { ranges, notes } = await calibratedRanges(
    prepared,
    variant.calibration ?? defaultMethod,
    placements[placement].activations === 'uint8' ? 'uint8' : 'int8',
    task,
  )
  const inputMeans = await calibratedMeans(prepared, task)
  const quantize: PlanModels['quantize'] = (int8, weightLimits) =>
    quantizeModel(prepared, {
      ranges,
      placement,
      precision: ({ name }) => (int8.has(name) ? 'int8' : 'float'),
      weightLimits,
      inputMeans,
    })
  let written = 0
  return {
    placement,
    model: prepared.model,
    selected,
    ranges,
    notes,
    quantize,
    write: async (int8, limits = new Map()) => {
      const path = join(task.scratch, `plan-${placement}-${written++}.onnx`)
      await writeModel(quantize(int8, limits), path, { temporary: true })
      return path
    },
  }
}
