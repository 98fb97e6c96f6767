import { didYouMean } from '../did-you-mean.ts'
import type { Target, WordSchema } from '../engine/target.ts'
import { InputError } from '../errors.ts'
import {
  type AnyTarget,
  type BackendName,
  backends,
  defaultBackend,
  type GivenTarget,
  isBackendName,
  type TargetOf,
  type Words,
} from './backends.ts'

/** A target in full, from what the user said of it. Throws InputError if there is no such target. */
export function resolveTarget<Name extends BackendName>(
  given: { readonly backend: Name } & Words<Name>,
): { readonly backend: Name } & TargetOf<Name>
export function resolveTarget(given?: GivenTarget | Partial<Target>): AnyTarget
export function resolveTarget(given: GivenTarget | Partial<Target> = {}): AnyTarget {
  const name: string = given.backend ?? defaultBackend
  if (!isBackendName(name)) {
    throw new InputError(`unknown backend \`${name}\`; there are ${Object.keys(backends).join(', ')}`)
  }
  const foreign = foreignWords(given, name)
  if (foreign.length > 0) throw new InputError(foreign.map(({ problem }) => problem).join('; '))
  const { words } = backends[name]
  const target: Target = { threads: 1, batch: 1, ...words.defaults, ...given, backend: name }
  for (const property of ['threads', 'batch'] as const) {
    if (!Number.isSafeInteger(target[property]) || target[property] < 1) {
      throw new InputError(
        `\`${property}\` of the target is ${target[property]}: it is a whole number from 1`,
      )
    }
  }
  words.check(target as never)
  return target as AnyTarget
}

/** The target of somebody who says nothing. It also reads the ONNX files that other backends compile. */
export const defaultTarget = resolveTarget()

/** The words of a backend's targets, with the schema of each. */
export function wordsOf(name: BackendName): Readonly<Record<string, WordSchema>> {
  return backends[name].words.schema
}

/** The words of a target that its backend does not know, and a sentence about each: whose it is, or what is like it. */
export function foreignWords(
  target: Readonly<Record<string, unknown>>,
  name: BackendName,
): { readonly word: string; readonly problem: string }[] {
  const own = ['backend', ...Object.keys(wordsOf(name))]
  const unknown = Object.keys(target).filter(word => target[word] !== undefined && !own.includes(word))
  return unknown.map(word => {
    const owners = (Object.keys(backends) as BackendName[]).filter(other =>
      Object.hasOwn(wordsOf(other), word),
    )
    const problem =
      owners.length > 0
        ? `\`${word}\` of the target is for ${owners.join(' and ')}: leave it out with ${name}`
        : `\`${word}\` of the target is unknown${didYouMean(word, own)}`
    return { word, problem }
  })
}
