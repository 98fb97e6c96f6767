import { median } from 'simple-statistics'
import { checkFinite } from './check.ts'

/** Which variant runs in the four segments of a quad. */
export type QuadOrder = 'ABBA' | 'BAAB'

/** Quads of a block: the median of five shrugs off two that were disturbed. */
export const quadsPerBlock = 5

/**
 * A coin flip for the order of a quad. The flip is what makes the sign-flip test exact: with a fixed order anything that
 * favours the first segment would count as a difference of the variants.
 */
export function quadOrder(random: () => number): QuadOrder {
  return random() < 0.5 ? 'ABBA' : 'BAAB'
}

/**
 * The log latency ratio A / B of one quad: mean log latency of the segments of A less that of B. Both orders cancel a
 * linear drift exactly.
 *
 * @param segments Latency of the four segments in the order in which they ran; see `segmentStatistic`.
 * @throws RangeError if a latency is not a positive finite number.
 * @example quadLogRatio([2, 1, 1, 2], 'ABBA') // 0.6931, log 2
 */
export function quadLogRatio(segments: readonly [number, number, number, number], order: QuadOrder): number {
  const [first, second, third, fourth] = segments.map(Math.log) as [number, number, number, number]
  const outerLessInner = (first + fourth) / 2 - (second + third) / 2
  checkFinite([first, second, third, fourth], 'log latency of a segment')
  return order === 'ABBA' ? outerLessInner : -outerLessInner
}

/**
 * The log latency ratio A / B of a block: the median of its quads.
 *
 * @throws RangeError if there are no quads or one is not finite.
 * @example blockLogRatio([0.01, 0.02, 0.9, -0.3, 0.015]) // 0.015
 */
export function blockLogRatio(quads: readonly number[]): number {
  if (quads.length === 0) throw new RangeError('a block needs at least one quad')
  checkFinite(quads, 'quads of a block')
  return median([...quads])
}
