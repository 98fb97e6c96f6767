import { renamedOutputs } from '../../engine/renamed-outputs.ts'
import { listFew, listNames } from '../../words.ts'
import { loadModel } from '../cache/load-model.ts'
import type { BuildTask } from '../task.ts'

/** Names that a sentence has. */
const mostNames = 4

/** A sentence if the outputs of a user's file are not called as those of the contract's model: how they are compared, or that they are not. */
export async function renamedNotes(
  file: { readonly path: string; readonly sha256: string },
  { source, context, signal }: BuildTask,
): Promise<string[]> {
  const [own, reference] = [
    await loadModel(file.path, file.sha256, context, signal),
    await loadModel(source.path, source.sha256, context, signal),
  ].map(({ outputs }) => outputs)
  const renamed = renamedOutputs(reference!, own!)
  if (!renamed) {
    const names = new Set(own!.map(({ name }) => name))
    const missing = reference!.flatMap(({ name }) => (names.has(name) ? [] : [name]))
    const [what, place, it] =
      missing.length === 1 ? ['output', 'its place', 'it'] : ['outputs', 'their places', 'them']
    return [
      `has no ${what} ${listNames(missing, mostNames)}, and none of the same shape and type in ${place}: nothing is compared with ${it}`,
    ]
  }
  if (renamed.size === 0) return []
  const pairs = [...renamed].map(([name, wanted]) => `\`${name}\` with \`${wanted}\``)
  return [
    `outputs have other names and the same shapes, and are compared by position: ${listFew(pairs, mostNames)}`,
  ]
}
