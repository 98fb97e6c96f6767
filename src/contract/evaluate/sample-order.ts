import type { EngineContext } from '../../builder/engine.ts'
import { seededRandom } from '../../statistics/random.ts'
import { shuffled } from '../../statistics/shuffled.ts'

/** How often a sample of the population is looked at while an accuracy gap is not decided. */
export const looks = 10

/**
 * Positions of the evaluation set in an order drawn by lot, so that its first part stands for the whole: files are often
 * sorted by class.
 */
export function sampleOrder({ evaluation, seed }: EngineContext): number[] {
  const positions = Array.from({ length: evaluation?.size ?? 0 }, (_, i) => i)
  return shuffled(positions, seededRandom(seed))
}

/** How many of so many samples are there at a look, counted from 1. */
export function samplesAt(look: number, samples: number): number {
  return Math.ceil((samples * look) / looks)
}
