import type { Engine, Engines } from '../../builder/engine.ts'
import { InputError } from '../../errors.ts'
import type { Quantity } from '../clause/clause.ts'
import type { Evaluation } from '../metrics/metric.ts'
import { engineOf, subject } from './evaluation.ts'

/** The two engines of a gap: the score of `first` less that of `second`. */
export interface GapVariants {
  readonly first: Engine
  readonly second: Engine
  /** Whether the gap counts in both directions, whichever engine is better. */
  readonly twoSided: boolean
}

/**
 * Undefined if the quantity is no gap. `explicit accuracy gap to fp32` counts in one direction, `accuracy gap` alone
 * is between implicit and explicit, in both.
 */
export function gapVariants(
  quantity: Quantity,
  { engines, metricOf }: Pick<Evaluation, 'engines' | 'metricOf'>,
): GapVariants | undefined {
  const { reference, scoring } = metricOf(quantity)
  if (reference === undefined) return undefined
  // A gap is what the first variant of the clause loses: of errors, what it has more.
  const swapped = scoring?.better === 'lower' && quantity.variant !== undefined
  const { first, second, twoSided } = inOrder(quantity, engines)
  return swapped ? { first: second, second: first, twoSided } : { first, second, twoSided }
}

function inOrder(quantity: Quantity, engines: Engines): GapVariants {
  const { metric } = quantity
  return quantity.variant === undefined
    ? {
        first: ofQuantization(engines, 'explicit', metric),
        second: ofQuantization(engines, 'implicit', metric),
        twoSided: true,
      }
    : {
        first: engineOf(engines, quantity.reference ?? 'fp32'),
        second: subject(engines, quantity),
        twoSided: false,
      }
}

/** The variant of that name, or else the only one that is built that way. */
function ofQuantization(engines: Engines, name: 'implicit' | 'explicit', metric: string): Engine {
  const built = Object.values(engines).filter(({ quantization }) => quantization === name)
  const engine = engines[name] ?? (built.length === 1 ? built[0] : undefined)
  if (!engine) {
    throw new InputError(
      `\`${metric}\` is between the variants implicit and explicit, and there is no \`${name}\`; write \`A ${metric} to B\``,
    )
  }
  return engine
}
