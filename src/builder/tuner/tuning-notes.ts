import type { Tuning } from '../engine.ts'

/** Sentences about the implicit builder's choice for the engine's notes. */
export function tuningNotes({ chosen, sameAsExplicit, confirmation, candidates }: Tuning): string[] {
  const notes = [`plan: ${chosen}, the fastest of ${candidates.length} candidates`]
  if (sameAsExplicit) notes.push('same plan as explicit')
  if (confirmation) {
    const { plan, against, ratio, lower, upper, blocks } = confirmation
    const times = `${ratio.toFixed(2)}x [${lower.toFixed(2)}, ${upper.toFixed(2)}]`
    notes.push(
      `best plan found without explicit: ${plan}, ${times} the fps of \`${against}\` over ${blocks} blocks`,
    )
  } else if (sameAsExplicit) {
    notes.push('best plan found without explicit: the same')
  }
  return notes
}
