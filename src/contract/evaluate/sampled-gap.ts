import type { Scoring } from '../../accuracy/score.ts'
import type { PairedCounts } from '../../statistics/intervals/paired-counts.ts'
import type { Evaluation, Finding } from '../metrics/metric.ts'
import { accuracyEstimate, scoreEstimate } from './accuracy-estimate.ts'
import { gapRule } from './gap-rule.ts'
import { type GapVariants, gapVariants } from './gap-variants.ts'
import { meanScore } from './mean-score.ts'
import { looks, sampleOrder, samplesAt } from './sample-order.ts'
import { tooFewSamples } from './samples-needed.ts'
import { scoresOf, scoringOf } from './scores.ts'

/**
 * Decides an accuracy gap against a number where the evaluation set is a sample of the population: runs a part of it,
 * drawn by lot, looks, and goes on only while the gap is not decided. Two equal models take about a third of the set.
 *
 * @param limit the bound with the clause's tolerance, as a fraction
 */
export async function sampledGap(evaluation: Evaluation, limit: number): Promise<Finding> {
  const { clause, alpha, onProgress } = evaluation
  const variants = gapVariants(clause.quantity, evaluation)!
  const scoring = scoringOf(clause.quantity, evaluation)
  const size = variants.first.context.evaluation?.size ?? 0
  const tooFew = tooFewSamples(clause, size)
  if (tooFew) evaluation.onNotice?.(tooFew)
  const decide = gapRule({ ...variants, comparison: clause.comparison, limit, samples: size, alpha })

  let found = await lookAt(variants, scoring, evaluation, 1)
  let { verdict, ends } = decide(found.counts)
  for (let look = 2; !verdict && look <= looks; look++) {
    onProgress?.(`${clause.text}: not decided by ${found.samples.length} of ${size} samples`)
    found = await lookAt(variants, scoring, evaluation, look)
    const decision = decide(found.counts)
    verdict = decision.verdict
    ends = decision.ends
  }
  const { samples, differences } = found
  const mean = meanScore(differences, 'sample', 'difference')
  const estimate = scoreEstimate(clause.quantity, mean, evaluation, ends)
  return {
    verdict: verdict ?? 'inconclusive',
    estimate,
    samples: { count: samples.length, unit: 'samples' },
    rule: `group-sequential test of Tango's score, ${looks} looks at up to ${size} samples in an order drawn by lot, alpha ${alpha.violated} violated, ${alpha.upheld} upheld`,
    reason: verdict
      ? `it ${verdict === 'upheld' ? 'keeps' : 'misses'} the bound beyond what the choice of samples explains`
      : 'the samples do not tell on which side of the bound the gap lies',
    ...(!verdict && {
      advice: `${tooFew ?? 'more labelled samples or a wider bound would decide it'}; a set that is the whole population is decided exactly`,
    }),
    details: await Promise.all(
      [variants.second, variants.first].map(engine => accuracyEstimate(engine, scoring, evaluation, samples)),
    ),
  }
}

interface Look {
  readonly samples: readonly number[]
  readonly differences: Float64Array
  readonly counts: PairedCounts
}

async function lookAt(
  { first, second }: GapVariants,
  scoring: Scoring,
  evaluation: Evaluation,
  look: number,
): Promise<Look> {
  const { context } = first
  const samples = sampleOrder(context).slice(0, samplesAt(look, context.evaluation?.size ?? 0))
  const right = await scoresOf(first, scoring, evaluation, samples)
  const alsoRight = await scoresOf(second, scoring, evaluation, samples)
  const count = (a: number, b: number) =>
    right.reduce((sum, score, i) => sum + Number(score === a && alsoRight[i] === b), 0)
  return {
    samples,
    differences: right.map((score, i) => score - alsoRight[i]!),
    counts: {
      bothRight: count(1, 1),
      onlyFirst: count(1, 0),
      onlySecond: count(0, 1),
      bothWrong: count(0, 0),
    },
  }
}
