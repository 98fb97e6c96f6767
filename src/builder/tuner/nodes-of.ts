import type { Region } from './cost-model.ts'

/** Names of the nodes that a plan runs in INT8. @param int8 - positions of its regions */
export function nodesOf(
  { regions }: { readonly regions: readonly Pick<Region, 'nodes'>[] },
  int8: ReadonlySet<number>,
): Set<string> {
  return new Set([...int8].flatMap(region => regions[region]!.nodes))
}
