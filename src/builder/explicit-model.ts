import { basename, resolve } from 'node:path'
import type { MethodName } from '../calibration/methods.ts'
import { InputError } from '../errors.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { readModel } from '../onnx/read-model.ts'
import { checkQuantizable } from '../quantize/check-quantizable.ts'
import { type PlacementName, placements } from '../quantize/placements.ts'
import { quantizedOperator } from '../quantize/quantized-operator.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { migratedModel } from './migration/migrated-model.ts'
import { type SelectedNodes, selectNodes } from './selection/select-nodes.ts'
import { calibratedRanges } from './source/calibrated-ranges.ts'
import { type PreparedModel, prepareModel } from './source/prepare-model.ts'
import type { BuildTask } from './task.ts'
import type { ExplicitVariant, LikeEngine } from './variant.ts'

/** What an explicit variant is made from: the user's own Q/DQ model, one like an implicit engine, or all that a placement needs. */
export type ExplicitModel =
  | { readonly of: 'variant'; readonly path: string; readonly model: ModelProto }
  | { readonly of: 'engine'; readonly model: ModelProto; readonly notes: readonly string[] }
  | {
      readonly of: 'placement'
      readonly placement: PlacementName
      readonly prepared: PreparedModel
      readonly ranges: Ranges
      readonly selected: SelectedNodes
      /** About the calibration, a sentence each. */
      readonly notes: readonly string[]
    }

/**
 * Reads the user's own model, or prepares and calibrates the contract's for the placement.
 *
 * @param defaultMethod how ranges are chosen if the variant does not say
 * @throws InputError if the model has no Q/DQ nodes, the variant names neither a model nor a placement, or it selects
 * nodes that there are not
 */
export async function explicitModel(
  variant: ExplicitVariant,
  defaultMethod: MethodName,
  task: BuildTask,
): Promise<ExplicitModel> {
  refuseWordsOfTuned(variant, task)
  const { model: own, placement, like, calibration, include, exclude, outputError } = variant
  if (own !== undefined) {
    if (include ?? exclude) {
      throw new InputError(
        `variant \`${task.variant}\`: the Q/DQ pairs of its \`model\` decide what runs in INT8: leave \`include\` and \`exclude\` out, or name a \`placement\``,
      )
    }
    if (outputError !== undefined) {
      throw new InputError(
        `variant \`${task.variant}\`: its \`model\` is obeyed as it is: leave \`outputError\` out, or name a \`placement\``,
      )
    }
    const path = resolve(own)
    return { of: 'variant', path, model: await readQdqModel(path) }
  }
  if (like) return { of: 'engine', ...(await likeEngine(like, task)) }
  if (placement === undefined) {
    throw new InputError(
      `variant \`${task.variant}\` names neither a \`model\` with Q/DQ nodes nor a \`placement\` (${Object.keys(placements).join(', ')}) nor an engine that it is \`like\`: say one of them`,
    )
  }
  if (placement === 'tuned') {
    throw new InputError(
      `variant \`${task.variant}\`: placement \`tuned\` is for targets with tensorrt: with ${task.context.target.backend}, an implicit variant looks for the fastest plan`,
    )
  }
  const prepared = await prepareModel(task)
  checkQuantizable(prepared, placement, task.source.path)
  const selected = await selectNodes({ include, exclude }, prepared, { ...task, placement })
  const grid = placements[placement].activations === 'uint8' ? 'uint8' : 'int8'
  const { ranges, notes } = await calibratedRanges(prepared, calibration ?? defaultMethod, grid, task)
  return { of: 'placement', placement, prepared, ranges, selected, notes }
}

/** Throws InputError if a variant has words of placement `tuned` and is another one: they would say nothing. */
function refuseWordsOfTuned(variant: ExplicitVariant, { variant: name }: Pick<BuildTask, 'variant'>): void {
  const word = (['trials', 'buildTime', 'maxAccuracyDrop'] as const).find(each => variant[each] !== undefined)
  if (word === undefined || variant.placement === 'tuned') return
  throw new InputError(
    `variant \`${name}\`: \`${word}\` is for placement \`tuned\`: leave it out${word === 'maxAccuracyDrop' ? ' and write a clause about accuracy' : ''}`,
  )
}

/** The contract's model with the pairs of an implicit engine. */
async function likeEngine(like: LikeEngine, task: BuildTask) {
  const { layers: file, cache, half } = like
  const migrated = await migratedModel({ model: task.source.path, from: { layers: file }, cache, half })
  const { model, pairs, inFloat } = migrated
  const { layers, lost } = migrated.engine!
  const notes = [
    `as the engine of ${basename(like.layers)}, of which ${layers.int8} of ${layers.all} layers read INT8: ${pairs.length} Q/DQ pairs`,
    ...lost.map(
      ({ tensor, layer, reason }) =>
        `not carried over: \`${tensor}\`, which layer \`${layer}\` reads, ${reason}`,
    ),
    ...inFloat.map(({ name, op, reason }) => `in float32: node ${name} (${op}) ${reason}`),
  ]
  return { model, notes }
}

async function readQdqModel(path: string): Promise<ModelProto> {
  const model = await readModel(path)
  if (quantizedOperator(model)) return model
  throw new InputError(
    `${path}: has no QuantizeLinear or DequantizeLinear nodes and no integer operators, so it is no explicit model; export it with Q/DQ pairs, or name a placement`,
  )
}
