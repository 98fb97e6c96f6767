import { InputError } from '../errors.ts'
import { buildLabel } from './build-label.ts'
import { buildVariant } from './build-variant.ts'
import type { Engine } from './engine.ts'
import { fastestBuild } from './fastest-build.ts'
import type { BuildTask } from './task.ts'
import type { Variant } from './variant.ts'

/** Builds a variant as often as the target says, each time afresh; gives the first engine, with the others. */
export async function buildRepeatedly(
  name: string,
  variant: Variant,
  shared: Omit<BuildTask, 'variant' | 'directory' | 'scratch' | 'build' | 'time'>,
): Promise<Engine> {
  const { target } = shared.context
  const { builds = 1 } = target
  const first = await buildOnce(1)
  const rebuilds: Engine[] = []
  for (let build = 2; build <= builds; build++) rebuilds.push(await buildOnce(build))
  if (rebuilds.length === 0) return first
  const isOne = 'ofBuilds' in target && target.ofBuilds === 'fastest'
  return isOne ? fastestBuild([first, ...rebuilds], shared) : { ...first, rebuilds }

  async function buildOnce(build: number): Promise<Engine> {
    try {
      return await buildVariant(name, variant, { ...shared, build })
    } catch (error) {
      if (build === 1 || !(error instanceof InputError)) throw error
      throw new InputError(`${buildLabel({ ...shared, build })}${error.message}`, { cause: error })
    }
  }
}
