/** A directed edge of a flow network; nodes are numbered from 0. */
export interface FlowEdge {
  readonly from: number
  readonly to: number
  /** Not negative; Infinity for an edge that no cut may separate. */
  readonly capacity: number
}

/**
 * The nodes on the source's side of a minimum cut, by Dinic's algorithm: while the sink can be reached over edges that
 * have capacity left, push what fits along shortest paths. What is reachable in the end is the source's side
 * (Ford and Fulkerson).
 *
 * Of several minimum cuts it is the one with the fewest nodes on this side.
 */
export function minCut(
  nodes: number,
  edges: readonly FlowEdge[],
  source: number,
  sink: number,
): ReadonlySet<number> {
  // Edge 2i is edge i, edge 2i + 1 takes its flow back.
  const target = edges.flatMap(({ from, to }) => [to, from])
  const rest = edges.flatMap(({ capacity }) => [capacity, 0])
  const leaving: number[][] = Array.from({ length: nodes }, () => [])
  for (const [i, { from, to }] of edges.entries()) {
    leaving[from]!.push(2 * i)
    leaving[to]!.push(2 * i + 1)
  }
  // What is left of a capacity by rounding is nothing.
  const least = 1e-12 * Math.max(0, ...edges.map(({ capacity }) => (capacity < Infinity ? capacity : 0)))

  let level = levels()
  while (level[sink]! >= 0) {
    const next = leaving.map(() => 0)
    while (push(source, Number.POSITIVE_INFINITY, next) > 0);
    level = levels()
  }
  return new Set(level.flatMap((depth, node) => (depth >= 0 ? [node] : [])))

  /** Distance from the source by edges with capacity left; -1 if a node cannot be reached. */
  function levels(): number[] {
    const found = leaving.map(() => -1)
    found[source] = 0
    const queue = [source]
    for (const node of queue) {
      for (const edge of leaving[node]!) {
        const to = target[edge]!
        if (found[to]! >= 0 || rest[edge]! <= least) continue
        found[to] = found[node]! + 1
        queue.push(to)
      }
    }
    return found
  }

  /** Pushes at most `limit` from a node to the sink, over edges that lead one level on; `next` skips spent ones. */
  function push(node: number, limit: number, next: number[]): number {
    if (node === sink) return limit
    for (; next[node]! < leaving[node]!.length; next[node]!++) {
      const edge = leaving[node]![next[node]!]!
      const to = target[edge]!
      if (rest[edge]! <= least || level[to] !== level[node]! + 1) continue
      const pushed = push(to, Math.min(limit, rest[edge]!), next)
      if (pushed === 0) continue
      rest[edge]! -= pushed
      rest[edge ^ 1]! += pushed
      return pushed
    }
    return 0
  }
}
