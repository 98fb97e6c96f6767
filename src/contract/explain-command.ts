import type { BuildSpec } from '../builder/build-spec.ts'
import { commonTarget } from '../builder/target-of-variant.ts'
import { explainerOf } from '../explain/explainers.ts'
import type { Clause } from './clause/clause.ts'
import { metricOf } from './metric-of.ts'

/**
 * The command that says why a clause does not hold, layer by layer; undefined if `explain` has nothing to say.
 *
 * @param file - path of the contract, as it is to be typed
 */
export function explainCommand(
  file: string,
  spec: Pick<BuildSpec, 'target' | 'metrics' | 'variants'>,
  clause: Clause,
): string | undefined {
  const [subject, other] = variantsOf(clause)
  // Layers of different runtimes are not compared.
  const target = commonTarget(
    spec,
    [other, subject].filter(name => name !== undefined),
  )
  const explainer = target && explainerOf(target)
  // Where an implicit variant with `engines` runs, its build decides.
  const isOpen = (name = '') => 'engines' in (spec.variants[name] ?? {})
  if (isOpen(subject) || isOpen(other)) return undefined
  const { explainedBy } = metricOf(clause.quantity, spec.metrics)
  if (explainedBy === 'nothing' || !explainer) return undefined
  const isAccuracy = explainedBy === 'accuracy'
  // Single layers of what a backend compiled cannot be put back into float.
  if (isAccuracy && !explainer.changesModels) return undefined
  const pair = subject !== undefined && other !== undefined ? ` --variants ${other},${subject}` : ''
  // Of the two, the last that has Q/DQ pairs is measured layer by layer.
  return `npx quantract explain ${file}${pair}${isAccuracy ? ' --accuracy' : ''}`
}

/** The variants that a clause names, each once, in its order. */
function variantsOf({ quantity, bound }: Clause): string[] {
  const quantities = bound.kind === 'quantity' ? [quantity, bound.quantity] : [quantity]
  const named = quantities.flatMap(({ variant, reference }) => [variant, reference])
  return [...new Set(named.filter(variant => variant !== undefined))]
}
