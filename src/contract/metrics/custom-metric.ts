import { type CustomScore, customScoring } from '../../accuracy/score.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'
import { scoreMetric } from './score-metric.ts'

/** The metric that a user adds by its score per sample. */
export function customMetric(name: string, score: CustomScore): Metric {
  return scoreMetric(
    { name, kind: kinds.custom, better: 'higher', explainedBy: 'nothing' },
    customScoring(name, score),
  )
}
