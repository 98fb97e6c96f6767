import { max, mean, sum } from 'simple-statistics'
import type { SampleOutputs } from '../../accuracy/cut-samples.ts'
import { predict } from '../../accuracy/predict.ts'
import { firstSamples } from '../../data/first-samples.ts'
import { loadModel } from '../cache/load-model.ts'
import type { BuildTask } from '../task.ts'
import type { Judge } from './judge.ts'

/** Of calibration samples, in memory. */
const mostBytes = 2 ** 28

/**
 * Judges models without labels: if the probabilities of fp32 are right, its accuracy is the mean of its largest one, and
 * that of another model the mean of what fp32 gives the class that the other one chooses. Disagreement where fp32 is in
 * doubt itself costs little so.
 *
 * @param samples - at most, of the calibration data
 * @returns undefined if there are no samples, or the first output is no row of class scores
 */
export async function openExpectedDrop(
  { context, source, signal }: BuildTask,
  samples: number,
): Promise<Judge | undefined> {
  const { calibrationSamples, target } = context
  if (!calibrationSamples || calibrationSamples.random) return undefined
  const { outputs } = await loadModel(source.path, source.sha256, context, signal)
  if (outputs[0]?.type !== 'float32' || outputs[0].shape.length !== 2) return undefined
  const data = await firstSamples(calibrationSamples, { count: samples, bytes: mostBytes })
  const predictions = (model: string) => predict({ id: 'judged', model }, data, { target, signal })
  const probabilities = (await predictions(source.path)).map(probabilitiesOf)
  if (probabilities.some(classes => classes.length < 2)) return undefined
  return {
    samples: data.size,
    by: 'expectation',
    drop: async model => {
      const chosen = (await predictions(model)).map(classOf)
      const drop = mean(probabilities.map((classes, i) => max(classes) - (classes[chosen[i]!] ?? 0)))
      return { drop, upper: drop }
    },
  }
}

function classOf(outputs: SampleOutputs): number {
  const [scores] = outputs.values()
  return scores ? scores.indexOf(Math.max(...scores)) : -1
}

/** The scores as they are if they are probabilities; otherwise they are taken for their logarithms. */
function probabilitiesOf(outputs: SampleOutputs): number[] {
  const scores = Array.from(outputs.values().next().value ?? [])
  if (scores.length === 0) return []
  if (scores.every(score => score >= 0) && Math.abs(sum(scores) - 1) < 1e-3) return scores
  const largest = max(scores)
  const weights = scores.map(score => Math.exp(score - largest))
  const total = sum(weights)
  return weights.map(weight => weight / total)
}
