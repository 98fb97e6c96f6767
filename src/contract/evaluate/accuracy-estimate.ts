import type { Scoring } from '../../accuracy/score.ts'
import type { Engine } from '../../builder/engine.ts'
import type { Quantity } from '../clause/clause.ts'
import type { Estimate } from '../evidence.ts'
import type { Evaluation } from '../metrics/metric.ts'
import type { DecidingEnds } from './deciding-ends.ts'
import { figureWithEnds } from './figure-with-ends.ts'
import { type MeanScore, meanScore } from './mean-score.ts'
import { sampleOrder, samplesAt } from './sample-order.ts'
import { scoresOf } from './scores.ts'

/**
 * A mean score as a figure for people: gaps of accuracies in percentage points, everything else as it is.
 *
 * @param ends those that decided; without them the usual interval
 */
export function scoreEstimate(
  quantity: Quantity,
  score: MeanScore,
  { metricOf }: Pick<Evaluation, 'metricOf'>,
  ends?: DecidingEnds,
): Estimate {
  const { metric, variant, reference, output } = quantity
  const { scoring, reference: isGap } = metricOf(quantity)
  const { name, unit } = scoring!
  const ofOutput = output === undefined ? '' : ` of '${output}'`
  if (isGap) {
    const of = variant
      ? `${variant} ${metric} to ${reference ?? 'fp32'}`
      : `explicit ${name} - implicit ${name}`
    return differenceEstimate(`${of}${ofOutput}`, score, unit, ends)
  }
  return { of: `${variant} ${metric}${ofOutput}`, ...figureWithEnds(score, ends), unit }
}

/** A difference of two scores: of fractions in percentage points. */
export function differenceEstimate(
  of: string,
  score: MeanScore,
  unit: Scoring['unit'],
  ends?: DecidingEnds,
): Estimate {
  return unit === 'fraction'
    ? { of, ...figureWithEnds(score, ends, 100), unit: 'pp' }
    : { of, ...figureWithEnds(score, ends), unit }
}

/**
 * A mean score of one engine, e.g. its accuracy, for reading. Of a set that is a sample only the part of the first look is run: whoever needs
 * more of it asks for it.
 *
 * @param samples positions in the evaluation set
 */
export async function accuracyEstimate(
  engine: Engine,
  scoring: Scoring,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
  samples?: readonly number[],
): Promise<Estimate> {
  const { evaluationIs, evaluation } = engine.context
  const order = sampleOrder(engine.context)
  const part = evaluationIs === 'sample' ? order.slice(0, samplesAt(1, evaluation!.size)) : undefined
  const scores = await scoresOf(engine, scoring, options, samples ?? part)
  const { name, unit } = scoring
  return {
    of: `${engine.variant} ${name}`,
    ...figureWithEnds(meanScore(scores, evaluationIs), undefined),
    unit,
  }
}
