import { dirname, resolve } from 'node:path'
import { buildInContext } from './build-in-context.ts'
import type { BuildOptions, BuildSpec } from './build-spec.ts'
import { checkSpec } from './check-spec.ts'
import { openContext } from './context.ts'
import type { Engine, Engines } from './engine.ts'
import { findGitModels } from './source/git-models.ts'

/**
 * Builds the engines of all variants, or takes them from the cache if model, data, recipe, target, machine and
 * runtime are the same.
 *
 * @throws InputError if an option is unknown or missing, a file is missing or unreadable, the data does not fit the model, or the runtime cannot
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
  checkSpec(spec)
  const { variants, notes } = await findGitModels(spec.variants, dirname(resolve(spec.model)))
  const opened = await openContext({ ...spec, variants }, options)
  const engines = await buildInContext(variants, opened, options)
  if (notes.size === 0) return engines
  const noted = Object.entries<Engine>(engines).map(([name, engine]): [string, Engine] => {
    const note = notes.get(name)
    return [name, note === undefined ? engine : { ...engine, notes: [note, ...engine.notes] }]
  })
  return Object.fromEntries(noted) as Engines<V>
}
