import { defaultTarget, type Target } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import { backends } from './backends.ts'

/** A target in full, from what the user said of it. Throws InputError where there is no such target. */
export function resolveTarget(given: Partial<Target> = {}): Target {
  const { backend: name = defaultTarget.backend } = given
  if (!Object.hasOwn(backends, name)) {
    throw new InputError(`unknown backend \`${name}\`; there are ${Object.keys(backends).join(', ')}`)
  }
  const backend = backends[name]
  const { threads, batch } = defaultTarget
  const target: Target = { threads, batch, ...backend.defaults, ...given, backend: name }
  for (const property of ['threads', 'batch'] as const) {
    if (!Number.isSafeInteger(target[property]) || target[property] < 1) {
      throw new InputError(
        `\`${property}\` of the target is ${target[property]}: it is a whole number from 1`,
      )
    }
  }
  backend.check(target)
  return target
}
