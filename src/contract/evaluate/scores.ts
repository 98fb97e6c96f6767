import type { SampleOutputs } from '../../accuracy/cut-samples.ts'
import { type Predictions, predict, type Unsteady } from '../../accuracy/predict.ts'
import type { Scoring } from '../../accuracy/score.ts'
import type { Engine } from '../../builder/engine.ts'
import type { Dataset } from '../../data/dataset.ts'
import { InputError } from '../../errors.ts'
import type { Quantity } from '../clause/clause.ts'
import type { Evaluation } from '../metrics/metric.ts'

/** Outputs that are known, by engine and then by sample: every accuracy clause of a contract asks for the same ones. */
const known = new WeakMap<Dataset, Map<string, Answers>>()

/** What an engine has answered so far. */
interface Answers {
  /** By position of the sample. */
  readonly outputs: Map<number, SampleOutputs>
  /** Present if it answered otherwise when it was asked again. */
  unsteady?: Unsteady
}

/** The score of which a quantity is the mean. */
export function scoringOf(quantity: Quantity, { metricOf }: Pick<Evaluation, 'metricOf'>): Scoring {
  const { scoring } = metricOf(quantity)
  if (!scoring) throw new InputError(`\`${quantity.metric}\` is no mean of a score per sample`)
  const { output } = quantity
  if (output === undefined) return scoring
  return {
    ...scoring,
    scores: (predictions, dataset, question) => scoring.scores(predictions, dataset, { ...question, output }),
  }
}

/**
 * Score of an engine for samples of the evaluation set.
 *
 * @param samples positions in the set; all of it by default
 */
export async function scoresOf(
  engine: Engine,
  scoring: Scoring,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
  samples?: readonly number[],
): Promise<Float64Array> {
  const { evaluation: data, calibration } = engine.context
  if (!data)
    throw new InputError(`${scoring.name} needs evaluation data: name a labelled set as data.evaluation`)
  if (calibration?.random && engine.calibrated) {
    throw new InputError(
      `\`${engine.variant}\` was calibrated on random numbers, which say nothing about its ${scoring.name}: calibrate it on real data`,
    )
  }
  const wanted = samples ?? Array.from({ length: data.size }, (_, i) => i)
  const predictions = await predictionsOf(engine, data, wanted, options)
  const { decode, evaluationIs } = engine.context
  return scoring.scores(predictions, data, { decode, isSample: evaluationIs === 'sample' })
}

/** Samples of the evaluation set that an engine has answered already, in their order. */
export function answeredSamples({ sha256, context }: Engine): readonly number[] {
  const answers = context.evaluation && known.get(context.evaluation)?.get(keyOf(sha256, context))
  return [...(answers?.outputs.keys() ?? [])].sort((a, b) => a - b)
}

/** What an engine has answered for samples of the evaluation set, by their position. */
export function answersOf({ sha256, context }: Engine) {
  const answers = context.evaluation && known.get(context.evaluation)?.get(keyOf(sha256, context))
  const outputs: ReadonlyMap<number, SampleOutputs> = answers?.outputs ?? new Map()
  return { outputs, unsteady: answers?.unsteady }
}

function keyOf(sha256: string, { target }: Engine['context']): string {
  return `${sha256} on ${JSON.stringify(target)}`
}

async function predictionsOf(
  engine: Engine,
  data: Dataset,
  samples: readonly number[],
  { signal, onProgress }: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<Predictions> {
  const { model, variant, sha256, context } = engine
  const { target } = context
  const ofData = known.get(data) ?? new Map<string, Answers>()
  known.set(data, ofData)
  const key = keyOf(sha256, context)
  const answers: Answers = ofData.get(key) ?? { outputs: new Map() }
  const { outputs } = answers
  ofData.set(key, answers)
  const missing = samples.filter(sample => !outputs.has(sample)).sort((a, b) => a - b)
  if (missing.length > 0) {
    const whole = missing.length === data.size
    const asking = {
      target,
      signal,
      onProgress: (done: number, total: number) =>
        onProgress?.(`accuracy of ${variant}: ${done} of ${total} samples`),
      onUnsteady: (unsteady: Unsteady) => {
        answers.unsteady = unsteady
      },
    }
    const found = await predict({ id: variant, model }, data, asking, whole ? undefined : missing)
    for (const [i, sample] of missing.entries()) outputs.set(sample, found[i]!)
  }
  return { model, variant, samples, outputs: samples.map(sample => outputs.get(sample)!) }
}
