import type { Feed, TensorInfo } from './tensor-info.ts'

/** Name in the reference by name in a model whose outputs another tool renamed; names of both are not in it. */
export type RenamedOutputs = ReadonlyMap<string, string>

/**
 * Joins the outputs of a model to those of another one by position, where they are as many and each has the type and shape of
 * the one in its place: tools that quantize give outputs names of their own. A size that is not known fits any.
 *
 * @returns empty if all names of the reference are there; undefined if outputs cannot be joined so
 */
export function renamedOutputs(
  reference: readonly TensorInfo[],
  tested: readonly TensorInfo[],
): RenamedOutputs | undefined {
  const names = new Set(tested.map(({ name }) => name))
  if (reference.every(({ name }) => names.has(name))) return new Map()
  if (reference.length !== tested.length) return undefined
  const known = new Set(reference.map(({ name }) => name))
  const renamed = new Map<string, string>()
  for (const [position, output] of tested.entries()) {
    const wanted = reference[position]!
    if (output.name === wanted.name) continue
    // One that is there, in another place: then positions say nothing.
    if (known.has(output.name) || names.has(wanted.name) || !isAlike(output, wanted)) return undefined
    renamed.set(output.name, wanted.name)
  }
  return renamed
}

function isAlike(a: TensorInfo, b: TensorInfo): boolean {
  return (
    a.type === b.type &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => {
      const other = b.shape[axis]
      return size === other || typeof size === 'string' || typeof other === 'string'
    })
  )
}

/** What an inference gave, in the names of the reference. */
export function inNamesOf(renamed: RenamedOutputs | undefined, outputs: Feed): Feed {
  if (!renamed || renamed.size === 0) return outputs
  return new Map([...outputs].map(([name, tensor]) => [renamed.get(name) ?? name, tensor]))
}
