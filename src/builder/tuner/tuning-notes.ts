import type { Tuning } from '../engine.ts'
import type { TimeLimit } from '../time-limit.ts'

/** Sentences about the implicit builder's choice for the engine's notes. */
export function tuningNotes(
  { chosen, sameAsExplicit, confirmation, candidates, undecided, cutShort, hurried }: Tuning,
  { seconds }: Pick<TimeLimit, 'seconds'>,
): string[] {
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
  if (hurried) {
    notes.push(
      `no time was left in ${seconds} s to compare plans: all INT8 and float ran a few times in turns, and layers that lose too much went back to float; more time (\`buildTime\`, \`--time\`) may find a faster plan`,
    )
  } else if (undecided && confirmation) {
    notes.push(
      `noise decided: other programs kept this machine so busy that \`${confirmation.plan}\` and \`${confirmation.against}\` could not be told apart; \`${chosen}\` is a guess that the cache does not keep: build again on a quiet machine`,
    )
  }
  if (cutShort && !hurried) {
    notes.push(
      `not all plans were tried, so that building fits into ${seconds} s and its engines into 4 GB: this is the best so far; more time may find a faster one`,
    )
  }
  return notes
}
