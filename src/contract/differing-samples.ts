import type { SampleOutputs } from '../accuracy/cut-samples.ts'
import type { Engines } from '../builder/engine.ts'
import { pictureOfSample } from '../data/images/picture-of-sample.ts'
import { answersOf } from './evaluate/scores.ts'
import type { DifferingEvidence, EngineEvidence } from './evidence.ts'

/** So many are shown: a reader looks at a few, and reports of hundreds of contracts stay small. */
const mostShown = 8

/**
 * The labelled samples for which engines do not name the same class, as far as they have answered. Undefined if fewer than two
 * engines name classes.
 *
 * @param described the engines, of which those with an accuracy name classes
 */
export function differingSamples(
  engines: Engines,
  described: readonly EngineEvidence[],
): DifferingEvidence | undefined {
  const naming = described.filter(({ accuracy }) => accuracy).map(({ variant }) => engines[variant]!)
  const evaluation = naming[0]?.context.evaluation
  if (!evaluation || naming.length < 2) return undefined
  const answers = naming.map(engine => answersOf(engine).outputs)
  const asked = [...answers[0]!.keys()].filter(sample => answers.every(each => each.has(sample)))
  const named = asked.map(sample => ({ sample, classes: answers.map(each => classOf(each.get(sample)!)) }))
  const differing = named
    .filter(({ classes }) => new Set(classes).size > 1)
    .sort((a, b) => a.sample - b.sample)
  return {
    count: differing.length,
    of: asked.length,
    samples: differing.slice(0, mostShown).map(({ sample, classes }) => {
      const picture = pictureOfSample(evaluation.inputs, sample)
      return {
        sample,
        label: evaluation.labels![sample]!,
        answers: Object.fromEntries(naming.map(({ variant }, i) => [variant, classes[i]!])),
        ...(picture !== undefined && { picture }),
      }
    }),
  }
}

/** The class with the highest score in the first output; of several the first, as where accuracy is counted. */
function classOf(outputs: SampleOutputs): number {
  const scores: Float32Array = outputs.values().next().value ?? new Float32Array()
  return scores.reduce((best, score, i) => (score > scores[best]! ? i : best), 0)
}
