/** A tensor and its size; undefined if that is not known before the model runs. */
export interface SizedTensor {
  readonly name: string
  readonly bytes: number | undefined
}

/**
 * Cuts a list of tensors into groups of neighbours that hold at most `budget` bytes together. A tensor of unknown size
 * counts as much as the largest that is known; one that alone exceeds the budget is a group of its own.
 */
export function groupBySize(tensors: readonly SizedTensor[], budget: number): string[][] {
  const largest = tensors.reduce((size, { bytes = 0 }) => Math.max(size, bytes), 0)
  const groups: string[][] = []
  let room = 0
  for (const { name, bytes = largest } of tensors) {
    if (groups.length === 0 || bytes > room) {
      groups.push([])
      room = budget
    }
    groups.at(-1)!.push(name)
    room -= bytes
  }
  return groups
}
