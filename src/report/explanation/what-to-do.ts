import type { Finding } from '../../explain/cause.ts'

/** What to do about a cause, without a full stop, with what placement `tuned` tries against it; empty if there is nothing. */
export function whatToDo({ remedy, moves = [] }: Pick<Finding, 'remedy' | 'moves'>): string {
  const trial = `placement \`tuned\` tries ${moves.map(name => `\`${name}\``).join(' or ')}`
  return [...(remedy === undefined ? [] : [remedy]), ...(moves.length === 0 ? [] : [trial])].join('; ')
}
