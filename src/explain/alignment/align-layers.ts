import type { EngineProfile, ProfiledLayer } from '../../engine/engine-profile.ts'
import { disjointSets } from './disjoint-sets.ts'
import { matchNodes } from './match-nodes.ts'
import { isAnchor, owners } from './owners.ts'

/** Layers of two engines that do the same work, with the conversions that these need. */
export interface AlignedGroup {
  /** In the order of running; empty if `a` has nothing like it. */
  readonly a: readonly ProfiledLayer[]
  readonly b: readonly ProfiledLayer[]
}

export interface Alignment {
  /** Each layer of both engines is in exactly one group. Groups are in the order in which `a` runs, `b`'s own where they run. */
  readonly groups: readonly AlignedGroup[]
  /** Share of the time of both engines that is in groups with layers of both. */
  readonly matched: number
}

/**
 * Matches the layers of two engines through the ONNX nodes whose work they do. Layers that share a node are one group,
 * so that a fusion that one engine made and the other did not is compared with its parts; the layers of a group do the
 * same work in both engines, and the times of all groups add up to the totals.
 */
export function alignLayers(a: EngineProfile, b: EngineProfile): Alignment {
  const sides = [a.layers, b.layers] as const
  const offset = a.layers.length
  const sets = disjointSets(offset + b.layers.length)
  const partners = matchNodes(a, b)
  const firstWith = new Map<string, number>()
  for (const [side, layers] of sides.entries()) {
    const start = side * offset
    for (const [position, owner] of owners(layers).entries()) sets.join(start + position, start + owner)
    for (const [position, layer] of layers.entries()) {
      if (!isAnchor(layer)) continue
      for (const node of layer.nodes) {
        const partner = side === 0 ? partners.get(node) : node
        // Nodes of `a` go by the name of their partner in `b`; without one, by a name that no node of `b` has.
        const key = partner === undefined ? `a\0${node}` : `b\0${partner}`
        const first = firstWith.get(key)
        if (first === undefined) firstWith.set(key, start + position)
        else sets.join(first, start + position)
      }
    }
  }
  const groups = collect(sides, element => sets.rootOf(element))
  return { groups, matched: matchedShare(groups) }
}

function collect(
  [a, b]: readonly [readonly ProfiledLayer[], readonly ProfiledLayer[]],
  rootOf: (element: number) => number,
): AlignedGroup[] {
  const groups = new Map<number, { a: ProfiledLayer[]; b: ProfiledLayer[] }>()
  const groupOf = (root: number) => {
    const group = groups.get(root) ?? { a: [], b: [] }
    groups.set(root, group)
    return group
  }
  for (const [position, layer] of a.entries()) groupOf(rootOf(position)).a.push(layer)
  const inOrder = [...groups.values()]
  let after = -1
  for (const [position, layer] of b.entries()) {
    const root = rootOf(a.length + position)
    const isNew = !groups.has(root)
    const group = groupOf(root)
    group.b.push(layer)
    if (isNew) inOrder.splice(after + 1, 0, group)
    after = inOrder.indexOf(group)
  }
  return inOrder
}

function matchedShare(groups: readonly AlignedGroup[]): number {
  const time = (chosen: readonly AlignedGroup[]) =>
    chosen.flatMap(({ a, b }) => [...a, ...b]).reduce((sum, { microseconds }) => sum + microseconds, 0)
  const total = time(groups)
  return total === 0 ? 0 : time(groups.filter(({ a, b }) => a.length > 0 && b.length > 0)) / total
}
