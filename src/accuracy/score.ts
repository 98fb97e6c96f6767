import type { Dataset } from '../data/dataset.ts'
import { InputError } from '../errors.ts'
import { accuracyMetrics } from './metrics.ts'
import type { Predictions } from './predict.ts'

/** A metric that the user adds: a score per sample, from the model's outputs for it and its label where there is one. */
export type CustomScore = (
  outputs: ReadonlyMap<string, Float32Array>,
  label: number | undefined,
  index: number,
) => number

/**
 * Score of every predicted sample under one metric.
 *
 * Throws InputError where the metric needs labels and there are none, where a label is no class of the model, and
 * where a score is not a finite number.
 */
export function scoreSamples(
  metric: string,
  predictions: Predictions,
  dataset: Dataset,
  custom: Readonly<Record<string, CustomScore>> = {},
): Float64Array {
  const score = custom[metric] ?? labelled(metric, predictions, dataset)
  return Float64Array.from(predictions.outputs, (outputs, i) => {
    const sample = predictions.samples[i]!
    const value = score(outputs, dataset.labels?.[sample], sample)
    if (!Number.isFinite(value)) {
      throw new InputError(`metric \`${metric}\` gives ${value} for sample ${sample}`)
    }
    return value
  })
}

function labelled(metric: string, predictions: Predictions, dataset: Dataset): CustomScore {
  const score = accuracyMetrics[metric]
  if (!score) throw new InputError(`unknown metric \`${metric}\``)
  const { labels } = dataset
  if (!labels) throw new InputError(`${dataset.source}: has no labels, which \`${metric}\` needs`)
  const [first] = predictions.outputs
  const classes = first?.values().next().value?.length ?? 0
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
  return (outputs, label) => score(outputs.values().next().value!, label!)
}
