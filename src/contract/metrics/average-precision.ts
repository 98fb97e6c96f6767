import { map50Score, map50To95Score } from '../../accuracy/detections/average-precision-score.ts'
import { kinds } from './kinds.ts'
import { scoreMetric } from './score-metric.ts'

const precision = { kind: kinds.precision, better: 'higher', explainedBy: 'nothing' } as const
const gap = { kind: kinds.gap, reference: 'optional', better: 'lower', explainedBy: 'nothing' } as const

/** Mean average precision of a detector, of boxes that overlap a true one by half. */
export const map50 = scoreMetric({ name: 'map50', ...precision }, map50Score)

/** Mean average precision of a detector over COCO's ten thresholds of overlap. */
export const map50To95 = scoreMetric({ name: 'map50-95', ...precision }, map50To95Score)

/** `V map50 gap to W`: what V loses against W. */
export const map50Gap = scoreMetric({ name: 'map50 gap', ...gap }, map50Score)

/** `V map50-95 gap to W`: what V loses against W. */
export const map50To95Gap = scoreMetric({ name: 'map50-95 gap', ...gap }, map50To95Score)
