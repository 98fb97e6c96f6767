import { type Predictions, predict } from '../../accuracy/predict.ts'
import { scoreSamples } from '../../accuracy/score.ts'
import type { Engine } from '../../build/engine.ts'
import type { Dataset } from '../../data/dataset.ts'
import { InputError } from '../../errors.ts'
import type { Evaluation } from './evaluation.ts'

/** Predictions of engines that have run: every accuracy clause of a contract asks for the same ones. */
const known = new WeakMap<Dataset, Map<string, Predictions>>()

/** Score of every sample of the evaluation set for an engine under a metric. */
export async function scoresOf(
  engine: Engine,
  metric: string,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<Float64Array> {
  const { evaluation: data, calibration } = engine.context
  if (!data) throw new InputError(`${metric} needs evaluation data: name a labelled set as data.evaluation`)
  if (calibration?.random && engine.calibrated) {
    throw new InputError(
      `\`${engine.variant}\` was calibrated on random numbers, which say nothing about its ${metric}: calibrate it on real data`,
    )
  }
  const predictions = await predictionsOf(engine, data, options)
  return scoreSamples(metric, predictions, data, engine.context.metrics)
}

async function predictionsOf(
  engine: Engine,
  data: Dataset,
  { signal, onProgress }: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<Predictions> {
  const ofData = known.get(data) ?? new Map<string, Predictions>()
  known.set(data, ofData)
  const { target } = engine.context
  const key = `${engine.sha256} batch ${target.batch}`
  const before = ofData.get(key)
  if (before) return before
  const predictions = await predict({ id: engine.variant, model: engine.model }, data, {
    target,
    signal,
    onProgress: (done, total) => onProgress?.(`accuracy of ${engine.variant}: ${done} of ${total} samples`),
  })
  ofData.set(key, predictions)
  return predictions
}
