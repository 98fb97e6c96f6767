import { lowOutputNotes } from '../guard/guard-notes.ts'
import type { OutputGuarding } from '../guard/hold-outputs.ts'
import type { BuiltExplicit } from '../task.ts'
import type { Candidate } from '../tuner/tune.ts'
import { formatPoints } from './accuracy-notes.ts'
import type { Judge } from './judge.ts'

/** How much accuracy a plan may lose, and who says how much it does. */
export interface AccuracyBound {
  readonly maxDrop: number
  /** Whether the variant says nothing about accuracy. */
  readonly byDefault?: true
  readonly judge: Judge
}

/** The explicit variants of a contract that hold the bounds if there are some, and a note on each of the others. */
export async function explicitCandidates(
  explicits: readonly BuiltExplicit[],
  bound: AccuracyBound | undefined,
  guarded: OutputGuarding | undefined,
): Promise<{ readonly candidates: readonly Candidate[]; readonly notes: readonly string[] }> {
  const candidates: Candidate[] = []
  const notes: string[] = []
  for (const { variant, model, sha256 } of explicits) {
    const [low] = guarded ? lowOutputNotes(await guarded.guard.errorsOf(model), guarded.bound) : []
    const drop = await bound?.judge.drop(model)
    if (bound && drop && drop.upper > bound.maxDrop) {
      notes.push(`\`${variant}\` is no candidate: it loses ${formatPoints(drop.upper)} of accuracy`)
    } else if (low !== undefined) notes.push(`\`${variant}\` is no candidate: its ${low}`)
    else candidates.push({ name: `as ${variant}`, model, sha256, choice: { of: 'explicit', variant } })
  }
  return { candidates, notes }
}
