import type { Launch } from '../launches.ts'
import type { PaceGate } from './pace-gate.ts'

/** A machine of two speeds may stay in one of them for longer; each run learns from those before it. */
const mostSeconds = 5
/** Of what a measurement may take. */
const budgetShare = 0.2

export interface SurveyOptions {
  readonly budgetSeconds: number
  readonly signal?: AbortSignal | undefined
  /** Clock in ms. */
  readonly now: () => number
}

/**
 * Looks how fast a machine runs of which nothing is known yet, before it is measured for the first time: between
 * inferences, because what runs before a probe has a part in it.
 */
export async function surveyPace(
  { engines, loaded }: Launch,
  gate: PaceGate,
  { budgetSeconds, signal, now }: SurveyOptions,
): Promise<void> {
  if (!engines.timeWithPace || gate.best !== undefined) return
  const end = now() + 1000 * Math.min(mostSeconds, budgetShare * budgetSeconds)
  while (now() < end) {
    signal?.throwIfAborted()
    const { probes } = await engines.timeWithPace(loaded, 1, 1)
    gate.add(probes)
  }
}
