import type { Dataset } from '../data/dataset.ts'
import { InputError } from '../errors.ts'
import { attempt } from './attempt.ts'
import { checkFiniteOutputs } from './check-finite-outputs.ts'
import type { SampleOutputs } from './cut-samples.ts'
import type { Decoder } from './detections/detections.ts'
import type { Predictions } from './predict.ts'
import { topK } from './top-k.ts'

/** A metric that the user adds: a score per sample, from the model's outputs for it and its label where there is one. */
export type CustomScore = (
  outputs: ReadonlyMap<string, Float32Array>,
  label: number | undefined,
  index: number,
) => number

/** What a score is asked about, beside outputs and data. */
export interface ScoreQuestion {
  /** `of 'depth'`: the output that it is about; absent: the first, or what the metric says. */
  readonly output?: string | undefined
  /** How detections are in the outputs, if the user says so. */
  readonly decode?: Decoder | undefined
  /** Whether the samples stand for more, so that what each of them contributes matters. */
  readonly isSample: boolean
}

/** A score per sample under a name; the metric is its mean over the evaluation set. */
export interface Scoring {
  readonly name: string
  /** Labels, which are then classes of the model, or any evaluation data. */
  readonly needs: 'labels' | 'evaluation'
  readonly better: 'higher' | 'lower'
  /** How the mean is shown: a fraction as per cent. */
  readonly unit: 'fraction' | 'number'
  /** Whether every score is 1 or 0, right or wrong. */
  readonly isRight?: true
  /** One number per predicted sample. Throws InputError if the data or the outputs do not allow it. */
  readonly scores: (predictions: Predictions, dataset: Dataset, question: ScoreQuestion) => Float64Array
}

const rightOrWrong = { needs: 'labels', better: 'higher', unit: 'fraction', isRight: true } as const

/** 1 if the label has the largest class score, else 0. */
export const accuracyScore = {
  name: 'accuracy',
  ...rightOrWrong,
  scores: (predictions, dataset) => topKScores('accuracy', 1, predictions, dataset),
} as const satisfies Scoring

/** 1 if the label is among the five largest class scores, else 0. */
export const top5Score = {
  name: 'top5 accuracy',
  ...rightOrWrong,
  scores: (predictions, dataset) => topKScores('top5 accuracy', 5, predictions, dataset),
} as const satisfies Scoring

/** The scoring by a function of the user's. */
export function customScoring(name: string, score: CustomScore): Scoring {
  const checked = checkedScore(`metric \`${name}\``, score)
  return {
    name,
    needs: 'evaluation',
    better: 'higher',
    unit: 'number',
    scores: (predictions, { labels }) => {
      checkFiniteOutputs(predictions)
      const { outputs, samples } = predictions
      return Float64Array.from(outputs, (each, i) => checked(each, labels?.[samples[i]!], samples[i]!))
    },
  }
}

/**
 * The function with its mistakes told: an InputError where it throws, or gives no finite number.
 *
 * @param what how messages call it
 */
export function checkedScore(what: string, score: CustomScore): CustomScore {
  return (outputs, label, sample) => {
    const value = attempt(what, sample, () => score(outputs, label, sample))
    if (Number.isFinite(value)) return value
    throw new InputError(`${what} gives ${value} for sample ${sample}: give a finite number`)
  }
}

function topKScores(name: string, k: number, predictions: Predictions, dataset: Dataset): Float64Array {
  checkLabels(name, predictions, dataset)
  checkFiniteOutputs(predictions, { onlyFirst: true })
  const { outputs, samples } = predictions
  return Float64Array.from(outputs, (each, i) =>
    Number(topK(classScores(each), dataset.labels![samples[i]!]!, k)),
  )
}

function checkLabels(metric: string, predictions: Predictions, dataset: Dataset): void {
  const { labels } = dataset
  if (!labels) {
    const has = dataset.targets ? 'targets that are no class indices, and no labels' : 'no labels'
    const of = dataset.targets ? ', of one-hot rows their `.argmax(axis=1)`' : ''
    throw new InputError(
      `${dataset.source}: has ${has}, which \`${metric}\` needs: save one class index per sample as \`labels\`${of}`,
    )
  }
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
