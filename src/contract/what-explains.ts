import type { BuildSpec } from '../builder/build-spec.ts'
import { commonTarget } from '../builder/target-of-variant.ts'
import { type Explainer, explainerOf } from '../explain/explainers.ts'
import type { Clause } from './clause/clause.ts'
import { metricOf } from './metric-of.ts'

/** How `explain` says why a clause does or does not hold. */
export interface WhatExplains {
  readonly by: 'time' | 'accuracy'
  readonly explainer: Explainer
  /** The two variants that the clause compares, what is asked about the second; absent if it names fewer. */
  readonly pair?: readonly [string, string]
}

/** What says why a clause does or does not hold, layer by layer; undefined if `explain` has nothing to say. */
export function whatExplains(
  spec: Pick<BuildSpec, 'target' | 'metrics' | 'variants'>,
  clause: Clause,
): WhatExplains | undefined {
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
  const { explainedBy: by } = metricOf(clause.quantity, spec.metrics)
  if (by === 'nothing' || !explainer) return undefined
  // Single layers of what a backend compiled cannot be put back into float.
  if (by === 'accuracy' && !explainer.changesModels) return undefined
  // Of the two, the last that has Q/DQ pairs is measured layer by layer.
  return { by, explainer, ...(subject !== undefined && other !== undefined && { pair: [other, subject] }) }
}

/** The variants that a clause names, each once, in its order. */
function variantsOf({ quantity, bound }: Clause): string[] {
  const quantities = bound.kind === 'quantity' ? [quantity, bound.quantity] : [quantity]
  const named = quantities.flatMap(({ variant, reference }) => [variant, reference])
  return [...new Set(named.filter(variant => variant !== undefined))]
}
