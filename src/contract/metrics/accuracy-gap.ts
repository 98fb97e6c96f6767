import { accuracyScore } from '../../accuracy/score.ts'
import { kinds } from './kinds.ts'
import { scoreMetric } from './score-metric.ts'

/** `V accuracy gap to W`: accuracy of W less that of V. Without variants: between explicit and implicit, in both directions. */
export const accuracyGap = scoreMetric(
  { name: 'accuracy gap', kind: kinds.gap, better: 'lower', reference: 'optional', explainedBy: 'accuracy' },
  accuracyScore,
)
