import { backendOf } from '../../../backends/backends.ts'
import type { Engine } from '../../../builder/engine.ts'
import type { BuildsEvidence } from '../../evidence.ts'

/**
 * How often the engines of a clause were built and how much the builds differ; nothing if the backend builds none.
 *
 * @param figures by variant, the figure of each of its builds; only if there are several
 */
export function buildsEvidence(
  { context: { target }, fastestOf }: Engine,
  figures: Readonly<Record<string, readonly number[]>>,
): { readonly builds?: BuildsEvidence } {
  if (!backendOf(target).compile) return {}
  const { builds: count = 1 } = target
  const differences = Object.entries(figures).map(([variant, values]) => [
    variant,
    Math.max(...values) / Math.min(...values) - 1,
  ])
  const ofMore = fastestOf === undefined ? {} : { fastestOf }
  return { builds: { count, ...ofMore, differences: count === 1 ? {} : Object.fromEntries(differences) } }
}
