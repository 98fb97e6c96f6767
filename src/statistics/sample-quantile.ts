import { checkFinite, checkProbability } from './check.ts'

/**
 * The p-quantile of samples as one of them: the smallest that at least a share p of the samples does not exceed, which
 * is how latency percentiles are reported (definition 1 of Hyndman and Fan, 1996).
 *
 * @throws RangeError if there are no samples or one is not finite.
 * @example sampleQuantile([5, 1, 4, 2, 3], 0.5) // 3
 */
export function sampleQuantile(samples: readonly number[], p: number): number {
  checkProbability(p, 'p')
  checkFinite(samples, 'quantile')
  if (samples.length === 0) throw new RangeError('no samples, no quantile')
  return Float64Array.from(samples).sort()[quantileRank(samples.length, p) - 1]!
}

/** Rank of the p-quantile among n sorted samples, 1 to n. The slack keeps 0.07 * 100 from becoming rank 8. */
function quantileRank(n: number, p: number): number {
  return Math.min(n, Math.max(1, Math.ceil(n * p - 1e-9)))
}
