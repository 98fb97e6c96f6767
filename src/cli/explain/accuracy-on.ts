import { predict } from '../../accuracy/predict.ts'
import { accuracyScore } from '../../accuracy/score.ts'
import type { Engine } from '../../builder/engine.ts'
import type { EngineFile } from '../../engine/backend.ts'

/** What measures the mean score of a model on the labelled data of an engine; undefined if that has none. */
export function accuracyOn(
  { context }: Engine,
  signal: AbortSignal | undefined,
): ((model: EngineFile) => Promise<number>) | undefined {
  const { evaluation: data, target } = context
  if (!data?.labels) return undefined
  return async engine => {
    const outputs = await predict(engine, data, { target, signal })
    const predictions = { model: engine.model, samples: outputs.map((_, sample) => sample), outputs }
    const scores = accuracyScore.scores(predictions, data)
    return scores.reduce((sum, score) => sum + score, 0) / scores.length
  }
}
