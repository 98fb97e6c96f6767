import type { EngineEvidence } from './evidence.ts'

/** Points of accuracy below fp32 from which something is broken: rounding to INT8 costs a point or two. */
const mostPoints = 5

/**
 * What to say of an INT8 engine that has lost the answers of fp32, whatever the clauses are about: two broken engines have
 * no gap between them. Empty if fp32 is not measured.
 */
export function lostAccuracy(engine: EngineEvidence, engines: readonly EngineEvidence[]): string[] {
  const float = engines.find(({ quantization }) => quantization === 'none')
  if (!float?.accuracy || !engine.accuracy) return []
  const points = 100 * (float.accuracy.lower - engine.accuracy.upper)
  if (points <= mostPoints) return []
  return [
    `loses ${points.toFixed(1)} points of accuracy against ${float.variant}: try ranges of another \`calibration\` (minmax, mse, percentile), and see which layers lose it with \`quantract explain --accuracy\``,
  ]
}
