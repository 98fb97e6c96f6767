import { backendOf } from '../backends/backends.ts'
import { InputError } from '../errors.ts'
import { buildRepeatedly } from './build-repeatedly.ts'
import type { BuildOptions } from './build-spec.ts'
import type { OpenedContext } from './context.ts'
import type { Engine, EngineContext, Engines, Quantization } from './engine.ts'
import { fastestEngine, targetsOf } from './fastest-engine.ts'
import { targetOfVariant } from './target-of-variant.ts'
import type { BuiltExplicit } from './task.ts'
import type { Variant } from './variant.ts'

/** Explicit variants come before implicit ones, which try them as candidates. */
const order: readonly Quantization[] = ['none', 'explicit', 'implicit']

/** Builds the engines of all variants in a context that is open already, or takes them from the cache. */
export async function buildInContext<V extends string>(
  recipes: Readonly<Record<V, Variant>>,
  { source, context: shared }: OpenedContext,
  options: BuildOptions,
): Promise<Engines<V>> {
  const variants = Object.entries<Variant>(recipes)
  const places = new Map<string, readonly EngineContext[]>()
  for (const [name, variant] of variants) places.set(name, await contextsOf(name, variant, shared))
  const explicits: (BuiltExplicit & { readonly on: string })[] = []
  const built = new Map<string, Engine>()
  for (const quantization of order) {
    for (const [name, { target, ...given }] of variants) {
      if (given.quantization !== quantization) continue
      const contexts = places.get(name)!
      const engines: Engine[] = []
      for (const context of contexts) {
        const on = JSON.stringify(context.target)
        const task = {
          source,
          context,
          // Candidates run where the others do.
          explicits: explicits.flatMap(({ on: where, ...explicit }) => (where === on ? [explicit] : [])),
          ...options,
        }
        engines.push(await buildRepeatedly(name, onOne(given, contexts.length, context), task))
      }
      const [engine] = engines
      const isChosen = given.quantization === 'implicit' && given.engines !== undefined
      const seconds = (isChosen && given.buildTime) || shared.buildSeconds
      const chosen = isChosen ? await fastestEngine(engines, source, seconds, options) : engine!
      built.set(name, target ? { ...chosen, target: chosen.context.target } : chosen)
      if (quantization === 'explicit') {
        const { model, sha256, context } = chosen
        explicits.push({ variant: name, model, sha256, on: JSON.stringify(context.target) })
      }
    }
  }
  // In the order in which they were named.
  return Object.fromEntries(variants.map(([name]) => [name, built.get(name)!])) as Engines<V>
}

/** Where a variant is built: on its own target, or on all that it may run on. */
async function contextsOf(name: string, variant: Variant, shared: EngineContext): Promise<EngineContext[]> {
  const engines = variant.quantization === 'implicit' ? variant.engines : undefined
  if (engines && variant.target) {
    throw new InputError(`variant \`${name}\`: keep one of \`engines\` and \`target\``)
  }
  if (engines) {
    return Promise.all(targetsOf(name, engines, shared.target).map(target => withTarget(shared, target)))
  }
  const { target } = variant
  return [target ? await withTarget(shared, targetOfVariant(name, target, shared.target)) : shared]
}

/** The recipe on one of several targets, which share the time. */
function onOne(variant: Variant, count: number, { buildSeconds }: EngineContext): Variant {
  if (variant.quantization !== 'implicit' || !variant.engines) return variant
  const { engines: _, ...one } = variant
  return { ...one, buildTime: (one.buildTime ?? buildSeconds) / count }
}

/** The same on another target. */
async function withTarget(context: EngineContext, target: EngineContext['target']): Promise<EngineContext> {
  const { accelerator: _, ...shared } = context
  const accelerator = await backendOf(target).accelerator(target)
  return { ...shared, target, ...(accelerator && { accelerator }) }
}
