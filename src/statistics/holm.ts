import { checkCount, checkProbability } from './check.ts'

/**
 * The alpha of the next of several tests, so that any of them errs with a probability of at most `alpha`: Holm's rule
 * (1979) for tests that come one after the other. Each hypothesis that was rejected leaves its share to the others.
 *
 * @param count Tests in all.
 * @param rejected Tests so far that rejected.
 * @throws RangeError if alpha is out of range, or more tests rejected than there are others.
 * @example holmAlpha({ alpha: 0.05, count: 5, rejected: 0 }) // 0.01
 */
export function holmAlpha({
  alpha,
  count,
  rejected,
}: {
  alpha: number
  count: number
  rejected: number
}): number {
  checkProbability(alpha, 'alpha')
  checkCount(count, 'number of tests', 1)
  checkCount(rejected, 'number of rejections')
  if (rejected >= count)
    throw new RangeError(`${rejected} of ${count} tests have rejected: there is none left`)
  return alpha / (count - rejected)
}
