import { InputError } from '../../errors.ts'
import type { BuildTask } from '../task.ts'
import { openExpectedDrop } from './expected-drop.ts'
import type { AccuracyBound } from './explicit-candidates.ts'
import { type Judge, openJudge } from './judge.ts'

/** What INT8 may cost where nobody says: plans that chance makes the fastest then differ by no more than this. */
const usualDrop = 0.01

/** Labels are worth more time. */
const labelsPerSample = 4

/**
 * How much accuracy a plan may lose: as much as the variant says, or a point, on labelled data if there is some, otherwise
 * by fp32's own probabilities. Undefined if the variant says nothing and the model gives no class scores.
 *
 * @param maxDrop - share that the variant names
 * @param samples - at most so many judge where it names none; labels that are more than four times as many do not
 */
export async function accuracyBound(
  maxDrop: number | undefined,
  task: BuildTask,
  samples: number,
): Promise<AccuracyBound | undefined> {
  if (maxDrop !== undefined) return { maxDrop, judge: await openJudge(task) }
  const isTimeForLabels = (task.context.evaluation?.size ?? 0) <= labelsPerSample * samples
  const judge =
    (isTimeForLabels ? await labelled(task) : undefined) ?? (await openExpectedDrop(task, samples))
  // One sample is more than a point of a small set.
  return judge && { maxDrop: Math.max(usualDrop, 1 / judge.samples), judge, byDefault: true }
}

/** Undefined if there are no labels, or they are no classes of the model's: then they are for a metric of the user's. */
async function labelled(task: BuildTask): Promise<Judge | undefined> {
  if (!task.context.evaluation?.labels) return undefined
  try {
    return await openJudge({ ...task, context: { ...task.context, evaluationIs: 'population' } })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return undefined
  }
}
