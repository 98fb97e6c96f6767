import { predict } from '../../src/accuracy/predict.ts'
import { scoreSamples } from '../../src/accuracy/score.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { defaultTarget } from '../../src/engine/target.ts'

/** Share of the samples that a model classifies right. */
export async function accuracyOf(model: string, dataset: Dataset): Promise<number> {
  const outputs = await predict({ id: 'judged', model }, dataset, { target: defaultTarget })
  const samples = [...outputs.keys()]
  const scores = scoreSamples('accuracy', { model, samples, outputs }, dataset)
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
