import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { clopperPearson } from '../../statistics/intervals/clopper-pearson.ts'
import type { Interval } from '../../statistics/intervals/interval.ts'
import { tangoInterval } from '../../statistics/intervals/tango-score.ts'

/** What is known of a mean score, and by which rule. */
export interface MeanScore {
  readonly value: number
  readonly samples: number
  readonly rule: string
  /** Interval with the one-sided error `level` at each end. */
  readonly interval: (level: number) => Interval
}

/**
 * The mean of a score per sample, or of a difference of two scores.
 *
 * On the whole population it is known exactly. On a sample its interval comes from the score's nature: paired
 * differences of right and wrong have Tango's score interval, right and wrong alone Clopper and Pearson's, anything
 * else Student's t, without an end if all are the same. A difference that was never below 0 on a few samples may be so on others.
 */
export function meanScore(
  scores: Float64Array,
  evaluationIs: 'population' | 'sample',
  of: 'score' | 'difference' = 'score',
): MeanScore {
  const value = mean(Array.from(scores))
  const samples = scores.length
  const takes = (...values: number[]) => scores.every(score => values.includes(score))
  if (evaluationIs === 'population') {
    return {
      value,
      samples,
      rule: 'exact: the evaluation set is the population',
      interval: () => ({ lower: value, upper: value }),
    }
  }
  if (of === 'score' && takes(0, 1)) {
    const right = scores.reduce((sum, score) => sum + score, 0)
    const interval = (level: number) => clopperPearson(right, samples, 1 - 2 * level)
    return { value, samples, rule: 'Clopper-Pearson interval', interval }
  }
  if (takes(-1, 0, 1)) {
    const count = (of: number) => scores.reduce((sum, score) => sum + Number(score === of), 0)
    const [onlyFirst, onlySecond] = [count(1), count(-1)]
    // The score does not ask whether the others are right or wrong.
    const counts = { onlyFirst, onlySecond, bothRight: samples - onlyFirst - onlySecond, bothWrong: 0 }
    const interval = (level: number) => tangoInterval(counts, 1 - 2 * level)
    return { value, samples, rule: "Tango's score interval of paired samples", interval }
  }
  // Rounding would make a spread of their own out of equal ones.
  const differ = scores.some(score => score !== scores[0])
  const error = differ ? sampleStandardDeviation(Array.from(scores)) / Math.sqrt(samples) : 0
  const interval = (level: number) => {
    if (!differ) return { lower: -Infinity, upper: Infinity }
    const half = tQuantile(1 - level, samples - 1) * error
    return { lower: value - half, upper: value + half }
  }
  return { value, samples, rule: "Student's t interval of paired samples", interval }
}
