import { meanAbsoluteErrorScore } from '../../accuracy/mean-absolute-error.ts'
import { kinds } from './kinds.ts'
import { scoreMetric } from './score-metric.ts'

const ofTargets = { better: 'lower', ofOutput: true, explainedBy: 'nothing' } as const

/** Mean of |output - target| over the values of an output and the samples, in the unit of the output. */
export const meanAbsoluteError = scoreMetric(
  { name: 'mean absolute error', kind: kinds.error, ...ofTargets },
  meanAbsoluteErrorScore,
)

/** `V mean absolute error gap to W`: the error of V less that of W. */
export const meanAbsoluteErrorGap = scoreMetric(
  { name: 'mean absolute error gap', kind: kinds.errorGap, reference: 'optional', ...ofTargets },
  meanAbsoluteErrorScore,
)
