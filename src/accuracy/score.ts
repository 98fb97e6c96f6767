import type { Dataset } from '../data/dataset.ts'
import { InputError } from '../errors.ts'
import type { SampleOutputs } from './cut-samples.ts'
import type { Predictions } from './predict.ts'
import { topK } from './top-k.ts'

/** A metric that the user adds: a score per sample, from the model's outputs for it and its label where there is one. */
export type CustomScore = (
  outputs: ReadonlyMap<string, Float32Array>,
  label: number | undefined,
  index: number,
) => number

/** A score per sample under a name; the metric is its mean over the evaluation set. */
export interface Scoring {
  readonly name: string
  /** Labels, which are then classes of the model, or any evaluation data. */
  readonly needs: 'labels' | 'evaluation'
  readonly score: CustomScore
}

/** 1 if the label has the largest class score, else 0. */
export const accuracyScore = {
  name: 'accuracy',
  needs: 'labels',
  score: (outputs, label) => Number(topK(classScores(outputs), label!, 1)),
} as const satisfies Scoring

/** 1 if the label is among the five largest class scores, else 0. */
export const top5Score = {
  name: 'top5 accuracy',
  needs: 'labels',
  score: (outputs, label) => Number(topK(classScores(outputs), label!, 5)),
} as const satisfies Scoring

/**
 * Score of every predicted sample.
 *
 * Throws InputError if the metric needs labels and there are none, if a label is no class of the model, and
 * where a score is not a finite number.
 */
export function scoreSamples(
  { name, needs, score }: Scoring,
  predictions: Predictions,
  dataset: Dataset,
): Float64Array {
  if (needs === 'labels') checkLabels(name, predictions, dataset)
  return Float64Array.from(predictions.outputs, (outputs, i) => {
    const sample = predictions.samples[i]!
    const value = score(outputs, dataset.labels?.[sample], sample)
    if (!Number.isFinite(value)) {
      throw new InputError(`metric \`${name}\` gives ${value} for sample ${sample}`)
    }
    return value
  })
}

function checkLabels(metric: string, predictions: Predictions, dataset: Dataset): void {
  const { labels } = dataset
  if (!labels) throw new InputError(`${dataset.source}: has no labels, which \`${metric}\` needs`)
  const [first] = predictions.outputs
  const classes = first ? classScores(first).length : 0
  if (classes < 2) {
    throw new InputError(
      `${predictions.model}: its first output has ${classes} values per sample, which are no class scores; \`${metric}\` needs at least 2`,
    )
  }
  const outside = labels.findIndex(label => label < 0 || label >= classes)
  if (outside >= 0) {
    throw new InputError(
      `${dataset.source}: label ${labels[outside]} of sample ${outside} is no class of the model, which has ${classes}`,
    )
  }
}

/** The first output. */
function classScores(outputs: SampleOutputs): Float32Array {
  return outputs.values().next().value ?? new Float32Array()
}
