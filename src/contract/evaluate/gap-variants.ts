import type { Engine, Engines } from '../../builder/engine.ts'
import { InputError } from '../../errors.ts'
import type { Quantity } from '../clause/clause.ts'
import { kinds } from '../metrics/kinds.ts'
import type { Evaluation } from '../metrics/metric.ts'
import { engineOf, subject } from './evaluation.ts'

/** The two engines of an accuracy gap: accuracy of `first` less accuracy of `second`. */
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
  if (metricOf(quantity).kind !== kinds.gap) return undefined
  return quantity.variant === undefined
    ? {
        first: ofQuantization(engines, 'explicit'),
        second: ofQuantization(engines, 'implicit'),
        twoSided: true,
      }
    : {
        first: engineOf(engines, quantity.reference ?? 'fp32'),
        second: subject(engines, quantity),
        twoSided: false,
      }
}

/** The variant of that name, or else the only one that is built that way. */
function ofQuantization(engines: Engines, name: 'implicit' | 'explicit'): Engine {
  const built = Object.values(engines).filter(({ quantization }) => quantization === name)
  const engine = engines[name] ?? (built.length === 1 ? built[0] : undefined)
  if (!engine) {
    throw new InputError(
      `\`accuracy gap\` is between the variants implicit and explicit, and there is no \`${name}\`; write \`A accuracy gap to B\``,
    )
  }
  return engine
}
