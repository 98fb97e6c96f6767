import { buildRepeatedly } from './build-repeatedly.ts'
import type { BuildOptions } from './build-spec.ts'
import type { OpenedContext } from './context.ts'
import type { Engine, Engines, Quantization } from './engine.ts'
import type { BuiltExplicit } from './task.ts'
import type { Variant } from './variant.ts'

/** Explicit variants come before implicit ones, which try them as candidates. */
const order: readonly Quantization[] = ['none', 'explicit', 'implicit']

/** Builds the engines of all variants in a context that is open already, or takes them from the cache. */
export async function buildInContext<V extends string>(
  recipes: Readonly<Record<V, Variant>>,
  { source, context }: OpenedContext,
  options: BuildOptions,
): Promise<Engines<V>> {
  const variants = Object.entries<Variant>(recipes)
  const explicits: BuiltExplicit[] = []
  const built = new Map<string, Engine>()
  for (const quantization of order) {
    for (const [name, variant] of variants.filter(([, each]) => each.quantization === quantization)) {
      const engine = await buildRepeatedly(name, variant, {
        source,
        context,
        explicits: [...explicits],
        ...options,
      })
      built.set(name, engine)
      if (quantization === 'explicit') {
        explicits.push({ variant: name, model: engine.model, sha256: engine.sha256 })
      }
    }
  }
  // In the order in which they were named.
  return Object.fromEntries(variants.map(([name]) => [name, built.get(name)!])) as Engines<V>
}
