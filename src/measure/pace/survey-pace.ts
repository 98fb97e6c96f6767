import { setTimeout } from 'node:timers/promises'
import type { OpenEngines } from '../../engine/backend.ts'
import type { PaceGate } from './pace-gate.ts'

/** Longer than a machine of two speeds usually stays in one of them. */
const mostSeconds = 5
/** Of what a measurement may take. */
const budgetShare = 0.2
/** The machine is left alone between probes. */
const pauseMilliseconds = 10

/** Looks how fast a machine runs of which nothing is known yet: once, before it is measured for the first time. */
export async function surveyPace(
  { timeWithPace }: OpenEngines,
  gate: PaceGate,
  { budgetSeconds, signal }: { readonly budgetSeconds: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (!timeWithPace || gate.best !== undefined) return
  const end = performance.now() + 1000 * Math.min(mostSeconds, budgetShare * budgetSeconds)
  while (performance.now() < end) {
    signal?.throwIfAborted()
    const { probes } = await timeWithPace([], 0, 1)
    gate.add(probes)
    await setTimeout(pauseMilliseconds)
  }
}
