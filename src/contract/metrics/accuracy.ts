import { accuracyScore, top5Score } from '../../accuracy/score.ts'
import { kinds } from './kinds.ts'
import { scoreMetric } from './score-metric.ts'

const ofClasses = { kind: kinds.accuracy, better: 'higher', explainedBy: 'accuracy' } as const

/** Share of samples whose label has the largest class score. */
export const accuracy = scoreMetric({ name: 'accuracy', ...ofClasses }, accuracyScore)

/** Share of samples whose label is among the five largest class scores. */
export const top5Accuracy = scoreMetric({ name: 'top5 accuracy', ...ofClasses }, top5Score)
