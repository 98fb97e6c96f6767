/** Units that follow each other in the graph, and what INT8 in all of them, and nowhere else, does to the outputs. */
interface Group {
  readonly units: readonly number[]
  readonly loss: number
}

export interface UnitLossOptions {
  /** What outputs lose with INT8 in each of some groups of units alone, as a share of their energy. */
  readonly lossesOf: (groups: readonly (readonly number[])[]) => Promise<readonly number[]>
  /** The loss that is not allowed any more: what is well below it needs no closer look. */
  readonly allowed: number
  /** Whether there is time for another look. */
  readonly isTime: () => boolean
}

/** How many engines the first look takes. */
export const groupsAtFirst = 8
/** Groups that together lose less than this share of what is allowed are not divided any more. */
const negligible = 0.1

/**
 * Finds what every unit loses by dividing groups of them, those first that lose most: a large model in which a few layers
 * do the damage takes a few dozen engines, not one for each layer. Errors of different layers are nearly independent, so
 * their energies add up; units of a group that was not divided share its loss. 0 of all if there is no time at
 * all.
 *
 * @param count - of the units, in graph order
 */
export async function unitLosses(
  count: number,
  { lossesOf, allowed, isTime }: UnitLossOptions,
): Promise<number[]> {
  const measured = async (parts: readonly (readonly number[])[]): Promise<Group[]> => {
    const losses = parts.length > 0 ? await lossesOf(parts) : []
    return parts.map((units, i) => ({ units, loss: losses[i]! }))
  }
  if (!isTime()) return Array.from({ length: count }, () => 0)
  let groups = await measured(split([...Array(count).keys()], groupsAtFirst))
  for (;;) {
    const [largest] = groups.filter(({ units }) => units.length > 1).toSorted((a, b) => b.loss - a.loss)
    const undivided = groups.reduce((sum, { units, loss }) => sum + (units.length > 1 ? loss : 0), 0)
    if (!largest || undivided < negligible * allowed || !isTime()) break
    const parts = await measured(split(largest.units, 2))
    groups = groups.flatMap(group => (group === largest ? parts : [group]))
  }
  const losses = Array.from({ length: count }, () => 0)
  for (const { units, loss } of groups) for (const unit of units) losses[unit] = loss / units.length
  return losses
}

/** Cuts units into so many parts of about the same size, none of them empty. */
function split(units: readonly number[], parts: number): number[][] {
  const cut = (part: number) => Math.round((part * units.length) / parts)
  return Array.from({ length: parts }, (_, part) => units.slice(cut(part), cut(part + 1))).filter(
    part => part.length > 0,
  )
}
