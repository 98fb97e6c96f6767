import { InputError } from '../errors.ts'
import { buildLabel } from './build-label.ts'
import { buildVariant } from './build-variant.ts'
import type { Engine } from './engine.ts'
import type { BuildTask } from './task.ts'
import type { Variant } from './variant.ts'

/** Builds a variant as often as the target says, each time afresh; gives the first engine, with the others. */
export async function buildRepeatedly(
  name: string,
  variant: Variant,
  shared: Omit<BuildTask, 'variant' | 'directory' | 'scratch' | 'build' | 'time'>,
): Promise<Engine> {
  const { builds = 1 } = shared.context.target
  const first = await buildOnce(1)
  const rebuilds: Engine[] = []
  for (let build = 2; build <= builds; build++) rebuilds.push(await buildOnce(build))
  return rebuilds.length > 0 ? { ...first, rebuilds } : first

  async function buildOnce(build: number): Promise<Engine> {
    try {
      return await buildVariant(name, variant, { ...shared, build })
    } catch (error) {
      if (build === 1 || !(error instanceof InputError)) throw error
      throw new InputError(`${buildLabel({ ...shared, build })}${error.message}`, { cause: error })
    }
  }
}
