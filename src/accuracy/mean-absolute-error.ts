import type { Dataset } from '../data/dataset.ts'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import { outputError } from './output-error.ts'
import type { Predictions } from './predict.ts'
import type { ScoreQuestion, Scoring } from './score.ts'

/** Mean of |output - target| over the values of a sample; the first output, or the one that the clause names. */
export const meanAbsoluteErrorScore = {
  name: 'mean absolute error',
  needs: 'evaluation',
  better: 'lower',
  unit: 'number',
  scores: (predictions, dataset, question) =>
    Float64Array.from(predictions.outputs, (outputs, i) => {
      const [name, values] = chosen(outputs, question, predictions)
      const sample = predictions.samples[i]!
      const target = targetOf(dataset, sample)
      if (values.length !== target.length) {
        throw new InputError(
          `${predictions.model}: output \`${name}\` has ${values.length} values for sample ${sample}, the targets of ${dataset.source} ${target.length}: name the output that they are for, \`mean absolute error of 'name'\``,
        )
      }
      const { meanAbsoluteError } = outputError(target, values)
      if (Number.isFinite(meanAbsoluteError)) return meanAbsoluteError
      throw new InputError(
        `${predictions.model}: output \`${name}\` is NaN or infinite for sample ${sample}, which no error can be computed of`,
      )
    }),
} as const satisfies Scoring

function targetOf({ targets, source, size }: Dataset, sample: number): ArrayLike<number> {
  if (!targets) {
    throw new InputError(
      `${source}: has no targets, which \`mean absolute error\` needs: name the array of them as \`labels\` of data.evaluation`,
    )
  }
  const length = targets.data.length / size
  const values = targets.data.subarray(sample * length, (sample + 1) * length)
  return Float64Array.from(values as ArrayLike<number | bigint>, Number)
}

function chosen(
  outputs: Predictions['outputs'][number],
  { output }: ScoreQuestion,
  { model }: Predictions,
): [string, Float32Array] {
  if (output === undefined) {
    const [first] = outputs
    if (first) return first
    throw new InputError(`${model}: has no output of numbers, which \`mean absolute error\` needs`)
  }
  const values = outputs.get(output)
  if (values) return [output, values]
  throw new InputError(`${model}: has no output \`${output}\`${didYouMean(output, [...outputs.keys()])}`)
}
