import { readFile } from 'node:fs/promises'
import type { EngineFile } from '../../../engine/backend.ts'
import type { Target } from '../../../engine/target.ts'
import { InputError } from '../../../errors.ts'
import { isPython } from '../is-python.ts'
import { profileByPython } from '../python/profile-by-python.ts'
import { profileByTrtexec } from '../trtexec/profile-by-trtexec.ts'
import { readLayerInfo, type TensorrtLayer } from './read-layer-info.ts'
import type { TrtexecProfile } from './read-profile.ts'

/** What TensorRT says of an engine layer by layer: how long each takes, and what it is. */
export interface PlanProfile {
  readonly profile: TrtexecProfile
  readonly layers: readonly TensorrtLayer[]
}

/**
 * Profiles engine files, in runs of which nothing else is made: a profiler waits after every layer, so that an inference
 * takes longer than it does without.
 *
 * @returns by id of the engine
 * @throws InputError where an engine cannot be profiled, or was not built here
 */
export async function profilePlans(
  engines: readonly EngineFile[],
  target: Target,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<string, PlanProfile>> {
  const described = await Promise.all(engines.map(async ({ model }) => layersOf(model)))
  const profile = (await isPython(target)) ? profileByPython : profileByTrtexec
  const profiles = await profile(
    engines.map(({ model }) => model),
    target,
    options,
  )
  return new Map(engines.map(({ id }, i) => [id, { profile: profiles[i]!, layers: described[i]! }]))
}

/** The description that the build left beside the engine. */
async function layersOf(plan: string): Promise<TensorrtLayer[]> {
  const file = `${plan}.layers.json`
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return readLayerInfo(text, file)
  throw new InputError(`${plan}: is no TensorRT engine of quantract's own: ${file} is not there`)
}
