import { InputError } from '../errors.ts'
import { buildRepeatedly } from './build-repeatedly.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import { openContext } from './context.ts'
import type { Engine, Engines, Quantization } from './engine.ts'
import type { BuiltExplicit } from './task.ts'
import type { Variant } from './variant.ts'

/** Explicit variants come before implicit ones, which try them as candidates. */
const order: readonly Quantization[] = ['none', 'explicit', 'implicit']

/**
 * Builds the engines of all variants, or takes them from the cache where model, data, recipe, target, machine and
 * runtime are the same.
 *
 * @throws InputError where a file is missing or unreadable, the data does not fit the model, or the runtime cannot
 * load a model
 * @example
 * const engines = await buildEngines({
 *   model: 'model.onnx',
 *   calibration: 'calibration.npz',
 *   evaluation: 'evaluation.npz',
 *   variants: {
 *     implicit: { quantization: 'implicit' },
 *     explicit: { quantization: 'explicit', model: 'model.qdq.onnx' },
 *   },
 * })
 */
export async function buildEngines<const V extends string>(
  spec: BuildSpec<V>,
  options: BuildOptions = {},
): Promise<Engines<V>> {
  const variants = Object.entries<Variant>(spec.variants)
  if (variants.length === 0) throw new InputError('there are no variants: name at least one')
  const { source, context } = await openContext(spec, options)
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
