/**
 * The root of a decreasing function between `lower` and `upper`, by halving until doubles end (Press et al., Numerical
 * Recipes, section 9.1): slower than Newton, but it cannot miss.
 *
 * @example bisect(x => 2 - x * x, 0, 2) // 1.41421356
 */
export function bisect(decreasing: (x: number) => number, lower: number, upper: number): number {
  let [low, high] = [lower, upper]
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (decreasing(middle) > 0) low = middle
    else high = middle
  }
}
