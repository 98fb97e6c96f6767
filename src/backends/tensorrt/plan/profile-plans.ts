import { readFile } from 'node:fs/promises'
import type { EngineFile } from '../../../engine/backend.ts'
import type { Target } from '../../../engine/target.ts'
import { InputError } from '../../../errors.ts'
import { hostOn } from '../hosts.ts'
import { withDevice } from '../machine/device.ts'
import type { TensorrtTarget } from '../target.ts'
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
 * @throws InputError if an engine cannot be profiled, or was not built here
 */
export async function profilePlans(
  engines: readonly EngineFile[],
  target: Target,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<string, PlanProfile>> {
  const described = await Promise.all(engines.map(async ({ model }) => layersOf(model)))
  // Whoever has a plan has a target of TensorRT.
  const own = target as TensorrtTarget
  const profiles = await withDevice(own, options, async machine => {
    const host = await hostOn(machine, own)
    return host.profile(
      machine,
      engines.map(({ model }) => model),
      own,
      options,
    )
  })
  return new Map(engines.map(({ id }, i) => [id, { profile: profiles[i]!, layers: described[i]! }]))
}

/** The description that the build left beside the engine. */
async function layersOf(plan: string): Promise<TensorrtLayer[]> {
  const file = `${plan}.layers.json`
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return readLayerInfo(text, file)
  throw new InputError(`${plan}: is no TensorRT engine of quantract's own: ${file} is not there`)
}
