import type { SampleOutputs } from '../../accuracy/cut-samples.ts'
import { predict } from '../../accuracy/predict.ts'
import { accuracyScore } from '../../accuracy/score.ts'
import type { Dataset } from '../../data/dataset.ts'
import { firstSamples } from '../../data/first-samples.ts'
import type { Target } from '../../engine/target.ts'
import { InputError } from '../../errors.ts'
import type { PairedCounts } from '../../statistics/intervals/paired-counts.ts'
import { tangoInterval } from '../../statistics/intervals/tango-score.ts'
import { floatTarget } from '../float-target.ts'
import type { BuildTask } from '../task.ts'

/** Calibration samples that are held in memory to see how often a model agrees with fp32. */
const mostUnlabelled = 500
const mostBytes = 2 ** 29

/** How much accuracy a model loses against fp32. Shares, 0.01 is one percentage point. */
export interface AccuracyDrop {
  readonly drop: number
  /** The drop is not larger, with 95% confidence where the samples stand for more data. */
  readonly upper: number
}

/** Judges models on the same samples. */
export interface Judge {
  readonly samples: number
  /**
   * `labels`: accuracy on the evaluation data. `agreement`: how often the largest output of fp32 stays the largest.
   * `expectation`: accuracy if the probabilities of fp32 are right.
   */
  readonly by: 'labels' | 'agreement' | 'expectation'
  drop(model: string): Promise<AccuracyDrop>
}

/**
 * Runs fp32 on the labelled evaluation data, or on the calibration data if there are no labels: where a model agrees
 * with fp32 on all samples but 1%, its accuracy on them is not more than 1% lower.
 *
 * @throws InputError if there is no data, or the model's first output is no class scores
 */
export async function openJudge({ context, source, signal }: BuildTask): Promise<Judge> {
  const { evaluation, evaluationIs, calibrationSamples, target } = context
  const labelled = evaluation?.labels ? evaluation : undefined
  const data =
    labelled ??
    (calibrationSamples &&
      (await firstSamples(calibrationSamples, { count: mostUnlabelled, bytes: mostBytes })))
  if (!data) throw new InputError('`maxAccuracyDrop` needs evaluation or calibration data: name an .npz file')
  const outputsOf = (model: string, on: Target = target) =>
    predict({ id: 'judged', model }, data, { target: on, signal })
  const ofSource = (model: string) => outputsOf(model, floatTarget(target))
  const right = labelled ? rightAnswers(labelled) : sameAnswers(source.path, await ofSource(source.path))
  const reference = await right(source.path, ofSource)
  return {
    samples: data.size,
    by: labelled ? 'labels' : 'agreement',
    drop: async model => {
      const counts = compared(reference, await right(model, outputsOf))
      const drop = (counts.onlyFirst - counts.onlySecond) / data.size
      const sampled = labelled && evaluationIs === 'sample'
      // The upper end of a two-sided interval of 90% is a limit of 95%.
      return { drop, upper: sampled ? tangoInterval(counts, 0.9).upper : drop }
    },
  }
}

type Answers = (model: string, outputsOf: (model: string) => Promise<SampleOutputs[]>) => Promise<boolean[]>

function rightAnswers(data: Dataset): Answers {
  return async (model, outputsOf) => {
    const outputs = await outputsOf(model)
    const scores = accuracyScore.scores({ model, samples: [...outputs.keys()], outputs }, data)
    return Array.from(scores, score => score === 1)
  }
}

function sameAnswers(fp32: string, reference: readonly SampleOutputs[]): Answers {
  const classOf = (outputs: SampleOutputs) => {
    const [scores] = outputs.values()
    if (!scores || scores.length < 2) {
      throw new InputError(
        `${fp32}: its first output is no class scores, so \`maxAccuracyDrop\` needs labelled evaluation data`,
      )
    }
    return scores.indexOf(Math.max(...scores))
  }
  const classes = reference.map(classOf)
  return async (model, outputsOf) =>
    (await outputsOf(model)).map((outputs, sample) => classOf(outputs) === classes[sample])
}

/** The score of a gap does not ask whether the others are right or wrong. */
function compared(first: readonly boolean[], second: readonly boolean[]): PairedCounts {
  const count = (one: boolean) => first.filter((right, i) => right === one && second[i] !== one).length
  const [onlyFirst, onlySecond] = [count(true), count(false)]
  return { onlyFirst, onlySecond, bothRight: first.length - onlyFirst - onlySecond, bothWrong: 0 }
}
