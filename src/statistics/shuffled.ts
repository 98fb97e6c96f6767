/**
 * The items in an order drawn by lot.
 *
 * @param random Uniform in [0, 1).
 */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
