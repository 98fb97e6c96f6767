import { type Predictions, predict } from '../../accuracy/predict.ts'
import { scoreSamples } from '../../accuracy/score.ts'
import type { Engine } from '../../build/engine.ts'
import type { Dataset } from '../../data/dataset.ts'
import { InputError } from '../../errors.ts'
import { type Evaluation, settingsOf } from './evaluation.ts'

/** Predictions of engines that have run: every accuracy clause of a contract asks for the same ones. */
const known = new WeakMap<Dataset, Map<string, Predictions>>()

/** Score of every sample of the evaluation set for an engine under a metric. */
export async function scoresOf(
  engine: Engine,
  metric: string,
  evaluation: Evaluation,
): Promise<Float64Array> {
  const data = engine.context.evaluation
  if (!data) {
    throw new InputError(
      `\`${evaluation.clause.text}\` needs evaluation data: name a labelled set as data.evaluation`,
    )
  }
  const predictions = await predictionsOf(engine, data, evaluation)
  return scoreSamples(metric, predictions, data, engine.context.metrics)
}

async function predictionsOf(
  engine: Engine,
  data: Dataset,
  { signal, onProgress }: Evaluation,
): Promise<Predictions> {
  const ofData = known.get(data) ?? new Map<string, Predictions>()
  known.set(data, ofData)
  const key = `${engine.sha256} batch ${engine.context.target.batch}`
  const before = ofData.get(key)
  if (before) return before
  const predictions = await predict(
    { id: engine.variant, model: engine.model, settings: settingsOf(engine) },
    data,
    {
      batch: engine.context.target.batch,
      signal,
      onProgress: (done, total) => onProgress?.(`accuracy of ${engine.variant}: ${done} of ${total} samples`),
    },
  )
  ofData.set(key, predictions)
  return predictions
}
