import { backendOf } from '../backends/backends.ts'
import { buildRepeatedly } from './build-repeatedly.ts'
import type { BuildOptions } from './build-spec.ts'
import type { OpenedContext } from './context.ts'
import type { Engine, EngineContext, Engines, Quantization } from './engine.ts'
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
  const contexts = new Map<string, EngineContext>()
  for (const [name, { target }] of variants) {
    contexts.set(
      name,
      target ? await withTarget(shared, targetOfVariant(name, target, shared.target)) : shared,
    )
  }
  const explicits: (BuiltExplicit & { readonly on: string })[] = []
  const built = new Map<string, Engine>()
  for (const quantization of order) {
    for (const [name, { target, ...variant }] of variants) {
      if (variant.quantization !== quantization) continue
      const context = contexts.get(name)!
      const on = JSON.stringify(context.target)
      const engine = await buildRepeatedly(name, variant, {
        source,
        context,
        // Candidates run where the others do.
        explicits: explicits.flatMap(({ on: where, ...explicit }) => (where === on ? [explicit] : [])),
        ...options,
      })
      built.set(name, target ? { ...engine, target: context.target } : engine)
      if (quantization === 'explicit') {
        explicits.push({ variant: name, model: engine.model, sha256: engine.sha256, on })
      }
    }
  }
  // In the order in which they were named.
  return Object.fromEntries(variants.map(([name]) => [name, built.get(name)!])) as Engines<V>
}

/** The same on another target. */
async function withTarget(context: EngineContext, target: EngineContext['target']): Promise<EngineContext> {
  const { accelerator: _, ...shared } = context
  const accelerator = await backendOf(target).accelerator(target)
  return { ...shared, target, ...(accelerator && { accelerator }) }
}
