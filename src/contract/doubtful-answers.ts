import { max } from 'simple-statistics'
import type { Engine } from '../builder/engine.ts'
import { answersOf } from './evaluate/scores.ts'

/** Of fewer samples it is no wonder if they are answered alike. */
const fewestAlike = 8

/**
 * What to say of class scores that make an accuracy doubtful: the same for every sample, several classes in the first place,
 * others when the engine is asked again.
 */
export function doubtfulAnswers(engine: Engine): string[] {
  const { outputs, unsteady } = answersOf(engine)
  const scores = [...outputs.values()].flatMap(each => [...each.values()].slice(0, 1))
  const again = unsteady
    ? [
        `answers otherwise when it is asked again (\`${unsteady.output}\` of the same sample differs by up to ${unsteady.difference.toPrecision(2)}): no figure about its outputs can be repeated; look for nodes that are random or keep a state`,
      ]
    : []
  const [first] = scores
  if (!first) return again
  if (scores.length >= fewestAlike && scores.every(each => each.every((value, i) => value === first[i]))) {
    const notice = `gives the same scores for all ${scores.length} samples: the model or the data are not what they should be`
    return [...again, notice]
  }
  const ties = scores.filter(hasTie).length
  if (ties === 0) return again
  return [
    ...again,
    `in ${ties} of ${scores.length} samples several classes share the highest score: the first of them counts, as with argmax`,
  ]
}

function hasTie(scores: Float32Array): boolean {
  const highest = max([...scores])
  return scores.indexOf(highest) !== scores.lastIndexOf(highest)
}
