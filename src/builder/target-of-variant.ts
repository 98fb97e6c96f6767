import {
  type AnyTarget,
  type BackendName,
  backendOf,
  backends,
  type GivenTarget,
  type OwnWords,
} from '../backends/backends.ts'
import { resolveTarget, wordsOf } from '../backends/resolve-target.ts'
import type { Target } from '../engine/target.ts'
import { InputError, messageOf } from '../errors.ts'
import type { BuildSpec } from './build-spec.ts'

/**
 * The target of a variant in full: what it does not say it has from the contract's, as far as that is of the same backend.
 *
 * @param shared - target of the contract
 * @throws InputError if engines there cannot be compared with the others
 */
export function targetOfVariant(variant: string, given: OwnWords, shared: Target): AnyTarget {
  const { backend = shared.backend } = given as GivenTarget
  const { threads, batch } = shared
  const { launcher } = shared as { readonly launcher?: readonly string[] }
  // All engines of a contract run on one machine.
  const there = launcher &&
    backend in backends &&
    'launcher' in wordsOf(backend as BackendName) && { launcher }
  const kept = backend === shared.backend ? shared : { threads, batch, ...there }
  const target = resolved(variant, { ...kept, ...given, backend } as GivenTarget)
  for (const word of ['threads', 'batch'] as const) {
    if (target[word] === shared[word]) continue
    throw new InputError(
      `variant \`${variant}\`: \`${word}\` of its target is ${target[word]}, that of the contract ${shared[word]}: engines are compared at the same, so leave it out`,
    )
  }
  const own = (target as { readonly launcher?: readonly string[] }).launcher
  if (JSON.stringify(own) !== JSON.stringify(launcher)) {
    throw new InputError(
      `variant \`${variant}\`: \`launcher\` of its target is \`${own?.join(' ') ?? ''}\`, that of the contract \`${launcher?.join(' ') ?? ''}\`: engines on several machines cannot take turns, so give each machine a contract of its own, and \`quantract survey\` both`,
    )
  }
  if (backend === shared.backend) refuseOtherDevice(variant, target, shared)
  if (backend !== shared.backend && [target, shared].some(each => compiles(each))) {
    throw new InputError(
      `variant \`${variant}\`: engines of ${shared.backend} and ${backend} cannot take turns in one contract: give each a contract of its own, and \`quantract survey\` both`,
    )
  }
  return target
}

/** Engines of a backend that compiles run in one process: they differ in how they are built alone. */
function refuseOtherDevice(variant: string, target: AnyTarget, shared: Target): void {
  if (!compiles(target)) return
  const own: Readonly<Record<string, unknown>> = { ...target }
  const others: Readonly<Record<string, unknown>> = { ...shared }
  const allowed = backendOf(target).words.ofVariants ?? []
  const word = Object.keys(own).find(
    each => !allowed.includes(each) && JSON.stringify(own[each]) !== JSON.stringify(others[each]),
  )
  if (word === undefined) return
  throw new InputError(
    `variant \`${variant}\`: with ${target.backend} its target may differ from that of the contract in ${allowed.map(each => `\`${each}\``).join(', ') || 'nothing'}, not in \`${word}\``,
  )
}

/**
 * The one target of some variants of a contract; undefined if they run on several.
 *
 * @throws InputError if one of them is none
 */
export function commonTarget(
  { target, variants }: Pick<BuildSpec, 'target' | 'variants'>,
  names: readonly string[],
): AnyTarget | undefined {
  const shared = resolveTarget(target)
  const [first = shared, ...others] = names.map(name => {
    const own = variants[name]?.target
    return own ? targetOfVariant(name, own, shared) : shared
  })
  return others.every(other => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined
}

function resolved(variant: string, given: GivenTarget): AnyTarget {
  try {
    return resolveTarget(given)
  } catch (error) {
    throw new InputError(`variant \`${variant}\`: ${messageOf(error)}`, { cause: error })
  }
}

function compiles(target: Target): boolean {
  return backendOf(target).compile !== undefined
}
