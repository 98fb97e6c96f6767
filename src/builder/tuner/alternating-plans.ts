import type { RegionGraph } from './regions.ts'

/**
 * Two plans, each the other turned round, in which as many tensors as possible cross from one precision into the
 * other: profiled, they show what crossing costs. Every region takes the precision that most of what it reads has not.
 *
 * @returns positions of the regions in INT8
 */
export function alternatingPlans({
  regions,
  tensors,
}: RegionGraph): [ReadonlySet<number>, ReadonlySet<number>] {
  const first = new Set<number>()
  for (const region of regions.keys()) {
    const read = tensors.filter(
      ({ producer, consumers }) => producer !== undefined && consumers.includes(region),
    )
    // Regions are numbered in graph order: what a region reads has its precision already.
    const before = read.map(({ producer }) => producer!).filter(producer => producer < region)
    const inInt8 = before.filter(producer => first.has(producer)).length
    if (inInt8 <= before.length / 2 && !(before.length === 0 && region > 0 && first.has(region - 1)))
      first.add(region)
  }
  return [first, new Set([...regions.keys()].filter(region => !first.has(region)))]
}
