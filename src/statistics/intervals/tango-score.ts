import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { bisect } from '../bisect.ts'
import { checkProbability } from '../check.ts'
import type { Interval } from './interval.ts'
import { type PairedCounts, totalOf } from './paired-counts.ts'

/**
 * The score statistic z of "the true accuracy gap is `gap`" for paired samples: about standard normal where it is.
 *
 * Large z speaks for a larger gap: "gap < delta" is violated if z(delta) > z_alpha and upheld if z(delta) <
 * -z_alpha. The variance is estimated under the hypothesis, which keeps its promise for the few discordant samples of
 * two good models, where a Wald interval does not (Tango, Statistics in Medicine 17, 1998, 891-908).
 *
 * @param gap Accuracy of the first less accuracy of the second, in (-1, 1).
 * @throws RangeError if a count is not a whole number or the gap out of range.
 * @example tangoScore({ bothRight: 59, onlyFirst: 6, onlySecond: 16, bothWrong: 80 }, 0) // -2.132
 */
export function tangoScore(counts: PairedCounts, gap: number): number {
  if (!(gap > -1 && gap < 1)) throw new RangeError(`the gap is ${gap}, not between -1 and 1`)
  const n = totalOf(counts)
  const { onlyFirst, onlySecond } = counts
  // Maximum likelihood estimate of P(only the second is right) under the hypothesis: root of a x^2 + b x + c.
  const a = 2 * n
  const b = -onlyFirst - onlySecond + (2 * n - onlyFirst + onlySecond) * gap
  const c = -onlySecond * gap * (1 - gap)
  const estimate = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a)
  const variance = n * (2 * estimate + gap * (1 - gap))
  const excess = onlyFirst - onlySecond - n * gap
  return variance > 0 ? excess / Math.sqrt(variance) : excess === 0 ? 0 : Math.sign(excess) * Infinity
}

/**
 * The score interval of the accuracy gap: the gaps that `tangoScore` does not reject.
 *
 * @example tangoInterval({ bothRight: 59, onlyFirst: 6, onlySecond: 16, bothWrong: 80 }) // { lower: -0.1240, upper: -0.0054 }
 */
export function tangoInterval(counts: PairedCounts, confidence = 0.95): Interval {
  checkProbability(confidence, 'confidence')
  const z = normalQuantile((1 + confidence) / 2, 0, 1)
  return tangoLimits(counts, { above: z, below: z })
}

/**
 * The accuracy gaps whose score is at most `z.above` and at least -`z.below`.
 *
 * @example tangoLimits({ bothRight: 59, onlyFirst: 6, onlySecond: 16, bothWrong: 80 }, { above: 1.96, below: 1.96 }) // { lower: -0.1240, upper: -0.0054 }
 */
export function tangoLimits(
  counts: PairedCounts,
  z: { readonly above: number; readonly below: number },
): Interval {
  const gap = (counts.onlyFirst - counts.onlySecond) / totalOf(counts)
  // The score has no value at -1 and 1 themselves.
  const edge = 1 - 1e-12
  return {
    lower: gap <= -1 ? -1 : bisect(x => tangoScore(counts, x) - z.above, -edge, Math.min(gap, edge)),
    upper: gap >= 1 ? 1 : bisect(x => tangoScore(counts, x) + z.below, Math.max(gap, -edge), edge),
  }
}
