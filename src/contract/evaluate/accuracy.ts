import type { Engine, Engines } from '../../build/engine.ts'
import { InputError } from '../../errors.ts'
import type { Interval } from '../../statistics/interval.ts'
import type { Comparison, Quantity } from '../clause.ts'
import type { Estimate, Verdict } from '../evidence.ts'
import {
  type Alpha,
  compareInterval,
  confidence,
  type Evaluation,
  engineOf,
  type Finding,
  subject,
  withTolerance,
} from './evaluation.ts'
import { type MeanScore, meanScore } from './mean-score.ts'
import { tooFewSamples } from './samples-needed.ts'
import { scoresOf } from './scores.ts'

/**
 * Decides clauses about accuracy, top5 accuracy and metrics that the user adds, alone or against another variant:
 * `implicit accuracy >= 98%`, `implicit accuracy >= fp32 accuracy within 0.5%`, `explicit accuracy gap to fp32 < 1%`.
 *
 * Every such quantity is a mean over samples, and a clause with two of them is decided on the mean of the differences,
 * because the samples are the same: they are paired.
 */
export async function accuracy(evaluation: Evaluation): Promise<Finding> {
  const { clause, engines, alpha } = evaluation
  const { quantity, bound, comparison } = clause
  const { evaluationIs, evaluation: data } = anyEngine(engines).context
  const tooFew = evaluationIs === 'sample' && data ? tooFewSamples(clause, data.size) : undefined
  if (tooFew) evaluation.onNotice?.(tooFew)
  const scores = await quantityScores(quantity, evaluation)
  const own = meanScore(scores, evaluationIs)

  if (bound.kind === 'value') {
    const decide = isTwoSided(quantity) ? twoSidedVerdict : oneSidedVerdict
    const verdict = decide(own, comparison, withTolerance(bound.value, clause), alpha)
    return finding(verdict, own, estimateOf(quantity, own), await variantAccuracies(evaluation), tooFew)
  }
  if (bound.kind === 'baseline') throw new TypeError('baselines are refused before evaluation')
  if (isTwoSided(quantity) || isTwoSided(bound.quantity)) {
    throw new InputError(
      `\`${clause.text}\`: a gap in both directions needs a number as its bound, e.g. \`accuracy gap < 0.5%\``,
    )
  }
  const others = await quantityScores(bound.quantity, evaluation)
  const difference = meanScore(
    scores.map((score, i) => score - bound.factor * others[i]!),
    evaluationIs,
  )
  const verdict = oneSidedVerdict(difference, comparison, withTolerance(0, clause), alpha)
  return finding(verdict, difference, estimateOf(quantity, own), [
    estimateOf(bound.quantity, meanScore(others, evaluationIs)),
    { ...percentagePoints(difference), of: 'difference' },
  ])
}

/** `accuracy gap` between implicit and explicit: whichever is better. */
const isTwoSided = ({ metric, variant }: Quantity) => metric === 'accuracy gap' && variant === undefined

/** One number per sample whose mean is the quantity. */
async function quantityScores(quantity: Quantity, evaluation: Evaluation): Promise<Float64Array> {
  const { engines } = evaluation
  if (quantity.metric !== 'accuracy gap') {
    return scoresOf(subject(engines, quantity), quantity.metric, evaluation)
  }
  const [better, worse] = isTwoSided(quantity)
    ? [ofQuantization(engines, 'explicit'), ofQuantization(engines, 'implicit')]
    : [engineOf(engines, quantity.reference ?? 'fp32'), subject(engines, quantity)]
  const reference = await scoresOf(better, 'accuracy', evaluation)
  const scores = await scoresOf(worse, 'accuracy', evaluation)
  return reference.map((score, i) => score - scores[i]!)
}

/** The variant of that name, or else the only one that is built that way. */
function ofQuantization(engines: Engines, name: 'implicit' | 'explicit'): Engine {
  const built = Object.values(engines).filter(({ quantization }) => quantization === name)
  const engine = engines[name] ?? (built.length === 1 ? built[0] : undefined)
  if (!engine) {
    throw new InputError(
      `\`accuracy gap\` is between the variants implicit and explicit, and there is no \`${name}\`; write \`A accuracy gap to B\``,
    )
  }
  return engine
}

const anyEngine = (engines: Engines): Engine => Object.values(engines)[0]!

function oneSidedVerdict(
  { interval }: MeanScore,
  comparison: Comparison,
  bound: number,
  alpha: Alpha,
): Verdict {
  if (compareInterval(interval(alpha.violated), comparison, bound) === 'violated') return 'violated'
  return compareInterval(interval(alpha.upheld), comparison, bound) === 'upheld' ? 'upheld' : 'inconclusive'
}

/** A gap in both directions: two one-sided tests for upheld, the error divided between the ends for violated. */
function twoSidedVerdict(
  { interval }: MeanScore,
  comparison: Comparison,
  bound: number,
  alpha: Alpha,
): Verdict {
  const size = ({ lower, upper }: Interval): Interval => ({
    lower: Math.max(0, lower, -upper),
    upper: Math.max(-lower, upper),
  })
  if (compareInterval(size(interval(alpha.violated / 2)), comparison, bound) === 'violated') return 'violated'
  return compareInterval(size(interval(alpha.upheld)), comparison, bound) === 'upheld'
    ? 'upheld'
    : 'inconclusive'
}

function finding(
  verdict: Verdict,
  decided: MeanScore,
  estimate: Estimate,
  details: readonly Estimate[],
  tooFew?: string,
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
      advice: `${tooFew ?? 'more labelled samples or a wider bound would decide it'}; a set that is the whole population is decided exactly`,
    }),
    details,
  }
}

function estimateOf(quantity: Quantity, score: MeanScore): Estimate {
  const { metric, variant, reference } = quantity
  if (metric === 'accuracy gap') {
    const of = variant
      ? `${variant} accuracy gap to ${reference ?? 'fp32'}`
      : 'explicit accuracy - implicit accuracy'
    return { ...percentagePoints(score), of }
  }
  const { lower, upper } = score.interval((1 - confidence) / 2)
  return {
    of: `${variant} ${metric}`,
    value: score.value,
    lower,
    upper,
    confidence: coverage(score),
    unit: 'fraction',
  }
}

function percentagePoints(score: MeanScore): Omit<Estimate, 'of'> {
  const { lower, upper } = score.interval((1 - confidence) / 2)
  return {
    value: score.value * 100,
    lower: lower * 100,
    upper: upper * 100,
    confidence: coverage(score),
    unit: 'pp',
  }
}

/** 1 where the interval is the value itself. */
function coverage({ value, interval }: MeanScore): number {
  const { lower, upper } = interval((1 - confidence) / 2)
  return lower === value && upper === value ? 1 : confidence
}

/** Accuracy of one engine, for reading. */
export async function accuracyEstimate(
  engine: Engine,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<Estimate> {
  const scores = await scoresOf(engine, 'accuracy', options)
  const score = meanScore(scores, engine.context.evaluationIs)
  return estimateOf({ metric: 'accuracy', variant: engine.variant }, score)
}

/** Accuracy of both variants, for reading beside a gap. */
async function variantAccuracies(evaluation: Evaluation): Promise<Estimate[]> {
  const { engines, clause } = evaluation
  const { quantity } = clause
  if (quantity.metric !== 'accuracy gap') return []
  const both = isTwoSided(quantity)
    ? [ofQuantization(engines, 'implicit'), ofQuantization(engines, 'explicit')]
    : [subject(engines, quantity), engineOf(engines, quantity.reference ?? 'fp32')]
  return Promise.all(both.map(engine => accuracyEstimate(engine, evaluation)))
}
