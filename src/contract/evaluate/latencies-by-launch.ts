import type { PairBlock } from '../../measure/pair.ts'

/** All timed latencies of one side of a comparison in ms, an array for each launch that ran. */
export function latenciesByLaunch(blocks: readonly PairBlock[], side: 'A' | 'B'): number[][] {
  const launches = new Map<number, number[]>()
  for (const { launch, orders, quads } of blocks) {
    const latencies = quads.flatMap((segments, quad) =>
      segments.flatMap((segment, s) => (orders[quad]![s] === side ? [...segment] : [])),
    )
    launches.set(launch, [...(launches.get(launch) ?? []), ...latencies])
  }
  return [...launches.values()]
}
