import { backendOf } from '../../backends/backends.ts'
import { InputError } from '../../errors.ts'
import type { Contender } from '../../measure/contender.ts'
import { successiveHalving } from '../../measure/successive-halving.ts'
import { chooseInt8Nodes } from '../../quantize/choose-int8-nodes.ts'
import { placementModel } from '../../quantize/placement.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import type { BuildTask } from '../task.ts'
import type { ImplicitVariant } from '../variant.ts'
import { type PlanModels, planModels } from './plan-models.ts'

/** Of a usual build: two or three engines. */
const rankingSeconds = 2

/**
 * Prepares the models of plans with the placement that is fastest with all of its nodes in INT8, among those that the
 * backend takes up.
 */
export async function fastestModels(variant: ImplicitVariant, task: BuildTask): Promise<PlanModels> {
  const { target, seed } = task.context
  const [usual = 'onnxruntime', ...others] = backendOf(target).placements ?? []
  const models = [await planModels(variant, usual, task)]
  for (const placement of others) {
    // What cannot be quantized in this way is quantized in another.
    const more = await planModels(variant, placement, task).catch(unlessInput)
    if (more) models.push(more)
  }
  if (models.length === 1) return models[0]!
  task.onProgress?.(`${task.variant}: timing ${models.length} placements`)
  const contenders: Contender[] = []
  for (const each of models) {
    const { nodes } = chooseInt8Nodes(placementModel(each.model), each.placement, each.ranges)
    const int8 = nodes.filter(node => each.selected.precision(node) === 'int8').map(({ name }) => name)
    const model = await each.write(new Set(int8))
    const runs = await backendOf(target).inspect(model, target, task.signal).catch(unlessInput)
    if (runs) contenders.push({ id: each.placement, model })
  }
  if (contenders.length < 2) return models.find(each => each.placement === contenders[0]?.id) ?? models[0]!
  const [first] = await successiveHalving(contenders, {
    feeds: overflowCheck(task).feeds,
    target,
    seed,
    seconds: task.time.part(rankingSeconds),
    signal: task.signal,
  })
  const fastest = models.find(({ placement }) => placement === first!.id)!
  const note = `pairs lie as in the placement \`${fastest.placement}\`, which was faster with all layers in INT8 than ${models
    .filter(each => each !== fastest)
    .map(({ placement }) => `\`${placement}\``)
    .join(', ')}`
  return { ...fastest, notes: [...fastest.notes, note] }
}

function unlessInput(error: unknown): undefined {
  if (error instanceof InputError) return undefined
  throw error as Error
}
