import { type ComparedModel, compareOutputs } from '../../../accuracy/compare-outputs.ts'
import type { OutputError } from '../../../accuracy/output-error.ts'
import type { Engine } from '../../../builder/engine.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { nearest } from '../../../did-you-mean.ts'
import { InputError } from '../../../errors.ts'
import type { Quantity } from '../../clause/clause.ts'
import { mistake, splitClause } from '../../clause/clause-words.ts'
import type { Estimate, Unit } from '../../evidence.ts'
import type { Evaluation, Evaluator, Finding } from '../../metrics/metric.ts'
import { againstBound } from '../against-bound.ts'
import { type DecidingEnds, decidingEnds } from '../deciding-ends.ts'
import { engineOf, subject, withTolerance } from '../evaluation.ts'
import { figureWithEnds } from '../figure-with-ends.ts'
import { oneSidedVerdict } from '../one-sided-verdict.ts'
import { type OutputFigure, type SampleStatistic, share, worstOutput } from './worst-output.ts'

/** A figure of how far an output of one sample is from the reference's. */
export interface OutputMeasure {
  readonly of: (error: OutputError) => number
  readonly unit: Unit
  readonly better: 'higher' | 'lower'
  readonly statistic: SampleStatistic
}

/** Outputs that are shown beside a verdict, the worst first. */
const shownOutputs = 4

/** Errors that are known, by the two engines: all clauses of a contract ask for the same ones. */
const known = new WeakMap<Dataset, Map<string, ReadonlyMap<string, readonly OutputError[]>>>()

/**
 * Decides clauses about the error of outputs: `implicit output SQNR to fp32 >= 25 dB`, of all outputs - the worst counts -
 * or `of 'scores'`. Labels are not needed: samples are those of the evaluation data, or else those that were held back from calibration, if there were enough.
 */
export function outputErrorOf(measure: OutputMeasure): Evaluator {
  return async evaluation => {
    const { clause, alpha } = evaluation
    const { quantity, bound, comparison } = clause
    const own = await figureOf(quantity, measure, evaluation)
    const { interval } = own.figure
    if (bound.kind === 'value') {
      const verdict = againstBound(clause, bound, limit =>
        oneSidedVerdict(interval, comparison, limit, alpha),
      )
      // What becomes a baseline is decided later, by whatever clause.
      const ends = Number.isNaN(bound.value) ? undefined : decidingEnds(interval, comparison, alpha)
      const shown = estimate(quantity, own.figure, measure, ends)
      return finding(verdict, own, shown, detailsOf(own.outputs, measure))
    }
    const other = await figureOf(bound.quantity, measure, evaluation)
    const less = difference(own.figure, bound.factor, other.figure)
    const verdict = oneSidedVerdict(less.interval, comparison, withTolerance(0, clause), alpha)
    return finding(verdict, own, estimate(quantity, own.figure, measure), [
      estimate(bound.quantity, other.figure, measure),
      {
        ...figureWithEnds(less, decidingEnds(less.interval, comparison, alpha)),
        of: 'difference',
        unit: measure.unit,
      },
    ])
  }
}

type Figure = Pick<OutputFigure, 'value' | 'interval'>

interface Found {
  readonly figure: OutputFigure
  readonly outputs: ReadonlyMap<string, Float64Array>
  /** Where the samples are from, if that takes a word. */
  readonly samplesAre: string | undefined
}

async function figureOf(quantity: Quantity, measure: OutputMeasure, evaluation: Evaluation): Promise<Found> {
  const tested = subject(evaluation.engines, quantity)
  const reference = engineOf(evaluation.engines, quantity.reference!)
  const { evaluation: labelled, calibration, guard, evaluationIs } = tested.context
  const heldBack = !labelled && guard?.heldBack
  const data = labelled ?? (heldBack ? guard?.data : calibration)
  if (!data) {
    throw new InputError(
      `\`${quantity.metric}\` needs samples: name them as data.evaluation, without labels if there are none, or as data.calibration`,
    )
  }
  for (const { variant, calibrated } of [tested, reference]) {
    if (!(calibration?.random && calibrated)) continue
    throw new InputError(
      `\`${variant}\` was calibrated on random numbers, which say nothing about its ${quantity.metric}: calibrate it on real data`,
    )
  }
  const errors = await errorsOf(tested, reference, data, evaluation)
  const outputs = new Map(
    chosen(errors, quantity, evaluation).map(([output, samples]) => [
      output,
      Float64Array.from(samples, measure.of),
    ]),
  )
  const isSample = evaluationIs === 'sample' && labelled !== undefined
  return {
    figure: worstOutput(outputs, { ...measure, isSample }),
    outputs,
    samplesAre: labelled ? undefined : heldBack ? onHeldBack : onCalibration,
  }
}

const onHeldBack = 'on calibration samples that did not calibrate; data.evaluation may name others'
const onCalibration = 'on calibration samples, which ranges come from; data.evaluation may name others'

async function errorsOf(
  tested: Engine,
  reference: Engine,
  data: Dataset,
  { signal, onProgress }: Evaluation,
): Promise<ReadonlyMap<string, readonly OutputError[]>> {
  const { target } = tested.context
  const ofData = known.get(data) ?? new Map<string, ReadonlyMap<string, readonly OutputError[]>>()
  known.set(data, ofData)
  const on = JSON.stringify([target, reference.context.target])
  const key = `${tested.sha256} to ${reference.sha256} on ${on}`
  const errors =
    ofData.get(key) ??
    (await compareOutputs(comparedModel(tested), comparedModel(reference), data, {
      target,
      signal,
      onProgress: (done, total) =>
        onProgress?.(`outputs of ${tested.variant} and ${reference.variant}: ${done} of ${total} samples`),
    }))
  ofData.set(key, errors)
  return errors
}

function comparedModel({ variant, model, context }: Engine): ComparedModel {
  return { variant, model, target: context.target }
}

/** All outputs, or the one that the quantity names. */
function chosen(
  errors: ReadonlyMap<string, readonly OutputError[]>,
  { output }: Quantity,
  { clause: { text } }: Evaluation,
): [string, readonly OutputError[]][] {
  if (output === undefined) return [...errors]
  const found = errors.get(output)
  if (found) return [[output, found]]
  const clause = splitClause(text)
  const word = clause.words.find(word => /^['"]/.test(word.text) && word.text.slice(1, -1) === output)
  throw mistake(clause, `unknown output \`${output}\`${suggestion(output, [...errors.keys()])}`, word)
}

function suggestion(output: string, outputs: readonly string[]): string {
  const near = nearest(output, outputs)
  if (near !== undefined) return `; did you mean \`'${near}'\`?`
  return `; float outputs are ${outputs.map(name => `\`'${name}'\``).join(', ')}`
}

/** A figure less a multiple of another; each has half of the error. */
function difference(own: OutputFigure, factor: number, other: OutputFigure): Figure {
  // Two infinite ratios are equal.
  const less = (a: number, b: number) => (a === b ? 0 : a - b)
  return {
    value: less(own.value, factor * other.value),
    interval: level => {
      const [mine, others] = [own.interval(level / 2), other.interval(level / 2)]
      return {
        lower: less(mine.lower, factor * others.upper),
        upper: less(mine.upper, factor * others.lower),
      }
    },
  }
}

function estimate(
  { metric, variant, reference }: Quantity,
  figure: OutputFigure,
  { unit }: OutputMeasure,
  ends?: DecidingEnds,
): Estimate {
  return {
    of: `${variant} ${metric} to ${reference} of '${figure.output}'`,
    ...figureWithEnds(figure, ends),
    unit,
  }
}

/** The worst sample of each output: a median says nothing of it. */
function detailsOf(
  outputs: ReadonlyMap<string, Float64Array>,
  { better, unit, statistic }: OutputMeasure,
): Estimate[] {
  const sign = better === 'higher' ? 1 : -1
  return [...outputs]
    .map(([output, values]) => {
      const sorted = values.map(value => sign * value).sort()
      return { output, worst: sign * sorted[0]!, median: sign * sorted[Math.ceil(sorted.length / 2) - 1]! }
    })
    .toSorted((a, b) => sign * (a.median - b.median) || 0)
    .slice(0, shownOutputs)
    .flatMap(({ output, worst, median }) => [
      ...(statistic === 'median' && outputs.size === 1
        ? []
        : [exactly(`'${output}', median sample`, median, unit)]),
      exactly(`'${output}', worst sample`, worst, unit),
    ])
}

function exactly(of: string, value: number, unit: Unit): Estimate {
  return { of, value, lower: value, upper: value, confidence: 1, unit }
}

function finding(
  verdict: Finding['verdict'],
  { figure, outputs, samplesAre }: Found,
  shown: Estimate,
  details: readonly Estimate[],
): Finding {
  return {
    verdict,
    estimate: shown,
    samples: { count: figure.samples, unit: 'samples' },
    rule: [figure.rule, ...(samplesAre ? [samplesAre] : [])].join('; '),
    reason:
      verdict === 'inconclusive'
        ? 'the interval of the samples holds the bound'
        : `${verdict === 'upheld' ? 'it keeps' : 'it misses'} the bound`,
    ...(verdict === 'inconclusive' && {
      advice: `more samples or a wider bound would decide it (${Math.ceil(Math.log(0.05) / Math.log(share))} at least where every sample counts); a set that is the whole population is decided exactly`,
    }),
    details,
    raw: Object.fromEntries([...outputs].map(([output, values]) => [output, Array.from(values)])),
  }
}
