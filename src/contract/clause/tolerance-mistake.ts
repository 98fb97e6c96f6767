import type { Kind } from '../metrics/kinds.ts'
import type { Bound, Comparison } from './clause.ts'

/**
 * What is wrong with an absolute tolerance that leaves nothing to fail: one as large as the bound, as a relative one of
 * 100% is; where `%` means points, one that moves the bound to the end of what the metric can be. Undefined if it is fine.
 *
 * @param tolerance in base units of the kind
 */
export function toleranceMistake(
  { percent, signed, range = [0, Number.POSITIVE_INFINITY] }: Kind,
  { bound, comparison, tolerance }: { bound: Bound; comparison: Comparison; tolerance: number },
): string | undefined {
  const [lowest, highest] = range
  if (bound.kind !== 'value') {
    return tolerance >= highest - lowest
      ? 'a tolerance as large as the metric can be accepts everything'
      : undefined
  }
  const { value, text } = bound
  const isShareOfBound = percent === 'relative' && !signed
  if (isShareOfBound && value > 0 && tolerance >= value) {
    return `a tolerance as large as the bound ${text} or larger accepts everything`
  }
  if (highest === Number.POSITIVE_INFINITY) return undefined
  const moved = comparison.startsWith('>') ? value - tolerance : value + tolerance
  const acceptsAll = {
    '>=': moved <= lowest,
    '>': moved < lowest,
    '<=': moved >= highest,
    '<': moved > highest,
  }
  return acceptsAll[comparison] ? `the bound ${text} with this tolerance accepts everything` : undefined
}
