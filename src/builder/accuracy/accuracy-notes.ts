import type { AccuracyTuning } from '../engine.ts'

/** `0.0123` -> `1.23%`. */
export function formatPoints(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`
}

/** Sentences about what plans cost in accuracy, for the engine's notes: the front, fastest first. */
export function accuracyNotes({ maxDrop, by, byDefault, samples, front }: AccuracyTuning): string[] {
  // Nobody asked, and nothing went back to float.
  if (byDefault && front.length === 1) return []
  const how = {
    labels: `on ${samples} labelled samples`,
    agreement: `by agreement with fp32 on ${samples} calibration samples`,
    expectation: `by the probabilities of fp32 on ${samples} calibration samples`,
  }[by]
  const points = front.map(
    ({ plan, milliseconds, drop, upper }) =>
      `${plan} ${(1000 / milliseconds).toFixed(0)} fps, ${formatPoints(drop)}${upper > drop ? ` (at most ${formatPoints(upper)})` : ''}`,
  )
  return [
    `accuracy may drop by ${formatPoints(maxDrop)}${byDefault ? ', as `maxAccuracyDrop` says nothing else,' : ''} ${how}; fps and drop: ${points.join('; ')}`,
  ]
}
