/** Elements 0 to n - 1 in sets that can be joined, never parted (union-find, Tarjan 1975). */
export interface DisjointSets {
  join(a: number, b: number): void
  /** The element that stands for the set of another. */
  rootOf(element: number): number
}

export function disjointSets(n: number): DisjointSets {
  const parent = Array.from({ length: n }, (_, element) => element)
  const rootOf = (element: number) => {
    let root = element
    while (parent[root] !== root) root = parent[root]!
    for (let at = element; at !== root; ) [at, parent[at]] = [parent[at]!, root]
    return root
  }
  return {
    rootOf,
    join(a, b) {
      // The smaller stands for both, so sets are named after their first element.
      const [low, high] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number]
      parent[high] = low
    },
  }
}
