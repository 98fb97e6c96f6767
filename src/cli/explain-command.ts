import { resolveTarget } from '../backends/resolve-target.ts'
import type { BuildSpec } from '../builder/build-spec.ts'
import { explainerOf } from '../explain/explainers.ts'

/**
 * The command that says why a clause does not hold, layer by layer; undefined where `explain` has nothing to say.
 *
 * @param file - path of the contract, as it is to be typed
 */
export function explainCommand(
  file: string,
  { variants, target: given }: Pick<BuildSpec, 'variants' | 'target'>,
  clause: string,
): string | undefined {
  const explainer = explainerOf(resolveTarget(given))
  const isAccuracy = /\baccuracy\b/.test(clause)
  if (!explainer || !(isAccuracy || /\b(fps|latency)\b/.test(clause))) return undefined
  // Single layers of what a backend compiled cannot be put back into float.
  if (isAccuracy && !explainer.changesModels) return undefined
  const words = clause.split(/\s+/)
  const named = words.filter((word, position) => word in variants && words.indexOf(word) === position)
  const [subject, other] = named
  const pair = subject !== undefined && other !== undefined ? ` --variants ${other},${subject}` : ''
  // Of the two, the last that has Q/DQ pairs is measured layer by layer.
  return `quantract explain ${file}${pair}${isAccuracy ? ' --accuracy' : ''}`
}
