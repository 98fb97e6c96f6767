import type { BuildSpec } from '../build/build-spec.ts'

/**
 * The command that says why a clause does not hold, layer by layer; undefined where `explain` has nothing to say.
 *
 * @param file - path of the contract, as it is to be typed
 */
export function explainCommand(
  file: string,
  { variants }: Pick<BuildSpec, 'variants'>,
  clause: string,
): string | undefined {
  if (!/\b(fps|latency|accuracy)\b/.test(clause)) return undefined
  const words = clause.split(/\s+/)
  const named = words.filter((word, position) => word in variants && words.indexOf(word) === position)
  const [subject, other] = named
  const pair = subject !== undefined && other !== undefined ? ` --variants ${other},${subject}` : ''
  // Of the two, the last that has Q/DQ pairs is measured layer by layer.
  return `quantract explain ${file}${pair}${/\baccuracy\b/.test(clause) ? ' --accuracy' : ''}`
}
