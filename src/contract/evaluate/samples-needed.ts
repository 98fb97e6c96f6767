import { imagesNeeded } from '../../statistics/sample-size.ts'
import type { Clause } from '../clause/clause.ts'

/** Share of samples on which two good INT8 forms of a model disagree: what is usual, where nothing is known yet. */
const usualDiscordance = 0.01

/**
 * Says, before anything runs, that a clause about an accuracy gap on a sample has too few samples to be decided: undefined
 * if there are enough, or if its bound is no number above 0.
 */
export function tooFewSamples(clause: Clause, samples: number): string | undefined {
  const { quantity, bound, text } = clause
  if (bound.kind !== 'value' || bound.value <= 0) return undefined
  // Without a variant the gap counts in both directions.
  const sides = quantity.variant === undefined ? 2 : 1
  const needed = imagesNeeded({ limit: bound.value, discordance: usualDiscordance, sides })
  if (samples >= needed) return undefined
  return `\`${text}\` takes about ${needed} labelled samples if the variants disagree on 1% of them; there are ${samples}`
}
