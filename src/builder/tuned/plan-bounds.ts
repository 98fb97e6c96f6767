import { formatPoints } from '../accuracy/accuracy-notes.ts'
import { openJudge } from '../accuracy/judge.ts'
import { parsePoints } from '../accuracy/parse-points.ts'
import { lowOutputNotes } from '../guard/guard-notes.ts'
import { outputBound } from '../guard/output-bound.ts'
import { openGuard } from '../guard/output-guard.ts'
import type { BuildTask } from '../task.ts'
import type { ExplicitVariant } from '../variant.ts'

/** What the engines of plans have to answer. */
export interface PlanBounds {
  /** For progress: `comparing its outputs with float`. */
  readonly doing: string
  /** What an engine loses too much, as a clause behind its name; undefined if it holds. */
  readonly excess: (engine: string) => Promise<string | undefined>
}

/**
 * The bounds of a variant: how near every output is to the float model, and how much accuracy may be lost if the variant says
 * so. On labels that decides alone. Engines are judged themselves, as the device answers: TensorRT fuses, and takes a pair away
 * where it likes, so that the Q/DQ model on ONNX Runtime answers otherwise.
 *
 * @returns undefined if nothing is asked for, or there is no data to ask on
 * @throws InputError if a bound has another form, or `maxAccuracyDrop` has no data
 */
export async function openPlanBounds(
  variant: ExplicitVariant,
  task: BuildTask,
): Promise<PlanBounds | undefined> {
  const decibels = outputBound(variant, task)
  const { maxAccuracyDrop } = variant
  const maxDrop =
    maxAccuracyDrop === undefined
      ? undefined
      : parsePoints(maxAccuracyDrop, `\`maxAccuracyDrop\` of variant \`${task.variant}\``)
  const judge = maxDrop === undefined ? undefined : await openJudge(task)
  const guard =
    decibels === undefined || judge?.by === 'labels' ? undefined : await openGuard(task, { decides: false })
  if (!judge && !guard) return undefined
  return {
    doing: judge ? `judging it on ${judge.samples} samples` : 'comparing its outputs with float',
    async excess(engine) {
      const [low] = guard ? lowOutputNotes(await guard.errorsOf(engine), decibels) : []
      if (low !== undefined) return `its ${low}`
      const drop = await judge?.drop(engine)
      if (!drop || drop.upper <= maxDrop!) return undefined
      return `it loses ${formatPoints(drop.upper)} of accuracy, more than ${formatPoints(maxDrop!)}`
    },
  }
}
