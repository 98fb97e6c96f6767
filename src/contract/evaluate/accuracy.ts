import { InputError } from '../../errors.ts'
import type { Quantity } from '../clause/clause.ts'
import type { Estimate, Verdict } from '../evidence.ts'
import type { Evaluation, Finding } from '../metrics/metric.ts'
import { accuracyEstimate, differenceEstimate, scoreEstimate } from './accuracy-estimate.ts'
import { againstBound } from './against-bound.ts'
import { decidingEnds } from './deciding-ends.ts'
import { subject, withTolerance } from './evaluation.ts'
import { gapVariants } from './gap-variants.ts'
import { type MeanScore, meanScore } from './mean-score.ts'
import { oneSidedVerdict } from './one-sided-verdict.ts'
import { looks } from './sample-order.ts'
import { sampledGap } from './sampled-gap.ts'
import { scoresOf, scoringOf } from './scores.ts'
import { twoSidedEnds, twoSidedVerdict } from './two-sided.ts'

/**
 * Decides clauses about accuracy, top5 accuracy, errors to targets, average precision and metrics that the user adds, alone
 * or against another variant:
 * `implicit accuracy >= 98%`, `implicit accuracy >= fp32 accuracy within 0.5%`, `explicit accuracy gap to fp32 < 1%`.
 *
 * Every such quantity is a mean over samples, and a clause with two of them is decided on the mean of the differences,
 * because the samples are the same: they are paired.
 */
export async function accuracy(evaluation: Evaluation): Promise<Finding> {
  const { clause, engines, alpha, metricOf } = evaluation
  const { quantity, bound, comparison } = clause
  const { evaluationIs, evaluation: data } = Object.values(engines)[0]!.context
  const { reference, scoring } = metricOf(quantity)
  const isPaired = reference !== undefined && scoring?.isRight
  // Looking until it is decided needs one number to decide against.
  if (evaluationIs === 'sample' && data && isPaired && bound.kind === 'value' && !bound.interval) {
    const limit = withTolerance(bound.value, clause)
    // A handful of samples cannot be looked at in parts, and beyond 100% there is nothing to test.
    if (data.size >= looks && Math.abs(limit) < 1) return sampledGap(evaluation, limit)
  }
  const scores = await quantityScores(quantity, evaluation)
  const own = meanScore(scores, evaluationIs, reference === undefined ? 'score' : 'difference')

  if (bound.kind === 'value') {
    const { twoSided } = gapVariants(quantity, evaluation) ?? {}
    const decide = twoSided ? twoSidedVerdict : oneSidedVerdict
    const verdict = againstBound(clause, bound, limit => decide(own.interval, comparison, limit, alpha))
    // What becomes a baseline is decided later, by whatever clause.
    const ends = Number.isNaN(bound.value)
      ? undefined
      : twoSided
        ? twoSidedEnds(own.interval, comparison, verdict, alpha)
        : decidingEnds(own.interval, comparison, alpha)
    return finding(
      verdict,
      own,
      scoreEstimate(quantity, own, evaluation, ends),
      await variantAccuracies(evaluation),
    )
  }
  if ([quantity, bound.quantity].some(side => gapVariants(side, evaluation)?.twoSided)) {
    throw new InputError(
      `\`${clause.text}\`: a gap in both directions needs a number as its bound, e.g. \`accuracy gap < 0.5%\``,
    )
  }
  const others = await quantityScores(bound.quantity, evaluation)
  const difference = meanScore(
    scores.map((score, i) => score - bound.factor * others[i]!),
    evaluationIs,
    'difference',
  )
  const verdict = oneSidedVerdict(difference.interval, comparison, withTolerance(0, clause), alpha)
  const ends = decidingEnds(difference.interval, comparison, alpha)
  return finding(verdict, difference, scoreEstimate(quantity, own, evaluation), [
    scoreEstimate(
      bound.quantity,
      meanScore(
        others,
        evaluationIs,
        metricOf(bound.quantity).reference === undefined ? 'score' : 'difference',
      ),
      evaluation,
    ),
    differenceEstimate('difference', difference, scoring!.unit, ends),
  ])
}

/** One number per sample whose mean is the quantity. */
async function quantityScores(quantity: Quantity, evaluation: Evaluation): Promise<Float64Array> {
  const scoring = scoringOf(quantity, evaluation)
  const gap = gapVariants(quantity, evaluation)
  if (!gap) return scoresOf(subject(evaluation.engines, quantity), scoring, evaluation)
  const first = await scoresOf(gap.first, scoring, evaluation)
  const second = await scoresOf(gap.second, scoring, evaluation)
  return first.map((score, i) => score - second[i]!)
}

function finding(
  verdict: Verdict,
  decided: MeanScore,
  estimate: Estimate,
  details: readonly Estimate[],
): Finding {
  return {
    verdict,
    estimate,
    samples: { count: decided.samples, unit: 'samples' },
    rule: decided.rule,
    reason:
      verdict === 'inconclusive'
        ? 'the interval of the samples holds the bound'
        : `${verdict === 'upheld' ? 'it keeps' : 'it misses'} the bound`,
    ...(verdict === 'inconclusive' && {
      advice:
        'more labelled samples or a wider bound would decide it; a set that is the whole population is decided exactly',
    }),
    details,
  }
}

/** Scores of both variants, for reading beside a gap. */
async function variantAccuracies(evaluation: Evaluation): Promise<Estimate[]> {
  const { quantity } = evaluation.clause
  const gap = gapVariants(quantity, evaluation)
  if (!gap) return []
  const scoring = scoringOf(quantity, evaluation)
  const all = Array.from({ length: gap.first.context.evaluation?.size ?? 0 }, (_, i) => i)
  const { first, second } = gap
  return Promise.all([second, first].map(engine => accuracyEstimate(engine, scoring, evaluation, all)))
}
