import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { bisect } from '../bisect.ts'
import { checkProbability } from '../check.ts'

/** alpha spent by the time that a share t of the information is there, in (0, 1]. */
export type Spending = (t: number, alpha: number) => number

/** Spending functions of Lan and DeMets (1983): `pocock` spends early, `obrienFleming` late. */
export const spendings = {
  pocock: (t, alpha) => alpha * Math.log(1 + (Math.E - 1) * t),
  obrienFleming: (t, alpha) => 2 * (1 - normalCdf(normalQuantile(1 - alpha / 2, 0, 1) / Math.sqrt(t), 0, 1)),
} as const satisfies Record<string, Spending>

/** Step of the grid in standard deviations of the first look's increment, and where it ends. */
const [step, edge] = [0.01, 8]

/**
 * One-sided critical values of a z statistic that is looked at several times, so that it crosses any of them with a
 * probability of alpha where its mean is 0 (Armitage, McPherson and Rowe, 1969; Jennison and Turnbull, 2000, section 19.2).
 *
 * The density of the sum of scores that has not crossed yet is carried from look to look on a grid.
 *
 * @param fractions Share of the information at each look, ascending, the last one 1.
 * @throws RangeError if alpha is out of range or the fractions do not ascend to 1.
 * @example groupSequentialBoundaries([0.2, 0.4, 0.6, 0.8, 1], 0.025, spendings.pocock)[0] // 2.438
 */
export function groupSequentialBoundaries(
  fractions: readonly number[],
  alpha: number,
  spending: Spending,
): number[] {
  checkProbability(alpha, 'alpha')
  if (fractions.at(-1) !== 1 || !fractions.every((t, i) => t > (fractions[i - 1] ?? 0))) {
    throw new RangeError(`the looks must ascend to 1, not be [${fractions.join(', ')}]`)
  }
  const boundaries: number[] = []
  // Density of the sum S(t) = sqrt(t) Z among the paths that have not crossed.
  let density: Grid | undefined
  for (const [look, t] of fractions.entries()) {
    const before = fractions[look - 1] ?? 0
    const due = spending(t, alpha) - (look === 0 ? 0 : spending(before, alpha))
    const spread = Math.sqrt(t - before)
    const above = (limit: number) => crossing(density, limit, spread)
    const boundary = bisect(limit => above(limit) - due, 0, edge)
    boundaries.push(boundary / Math.sqrt(t))
    density = advance(density, boundary, spread)
  }
  return boundaries
}

interface Grid {
  readonly points: readonly number[]
  /** Probability of each cell. */
  readonly weights: readonly number[]
}

/** Probability that the sum lies above the limit after an increment of the given spread. */
function crossing(density: Grid | undefined, limit: number, spread: number): number {
  if (!density) return 1 - normalCdf(limit, 0, spread)
  return density.points.reduce(
    (sum, point, i) => sum + density.weights[i]! * (1 - normalCdf(limit - point, 0, spread)),
    0,
  )
}

function advance(density: Grid | undefined, boundary: number, spread: number): Grid {
  const cells = Math.round((boundary + edge) / step)
  const points = Array.from({ length: cells }, (_, i) => boundary - (i + 0.5) * step)
  const bell = (distance: number) =>
    (Math.exp(-0.5 * (distance / spread) ** 2) / (spread * Math.sqrt(2 * Math.PI))) * step
  const weights = density
    ? points.map(point =>
        density.points.reduce((sum, from, i) => sum + density.weights[i]! * bell(point - from), 0),
      )
    : points.map(bell)
  return { points, weights }
}
