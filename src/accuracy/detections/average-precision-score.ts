import { InputError } from '../../errors.ts'
import type { Scoring } from '../score.ts'
import { averagePrecision, type Rankings, rankDetections } from './average-precision.ts'
import { type MatchedClass, matchDetections } from './match-detections.ts'
import { readDetections } from './read-detections.ts'
import { trueBoxes } from './true-boxes.ts'

/** COCO's ten thresholds: 0.5, 0.55, ... 0.95, as `numpy.linspace` rounds them. */
const tenThresholds = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9)))

/** Mean average precision of boxes that overlap by half. */
export const map50Score = averagePrecisionScore('map50', [0.5])

/** Mean average precision over COCO's ten thresholds. */
export const map50To95Score = averagePrecisionScore('map50-95', tenThresholds)

/**
 * Mean average precision over the classes that have true boxes, as COCO defines it for boxes of all areas and up to 100
 * detections of a class on a sample.
 *
 * It is no mean over samples. The score of a sample is what it contributes: its pseudo-value in the jackknife, moved so
 * that their mean is the precision itself. So an interval of the mean is the jackknife's of the precision, and differences
 * of two engines are paired (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 11).
 */
function averagePrecisionScore(name: string, thresholds: readonly number[]): Scoring {
  return {
    name,
    needs: 'evaluation',
    better: 'higher',
    unit: 'fraction',
    scores: ({ model, samples, outputs }, dataset, { decode, isSample }) => {
      const truths = trueBoxes(dataset)
      const matched = outputs.map((each, i) => {
        const sample = samples[i]!
        return matchDetections(readDetections(each, sample, { decode, model }), truths[sample]!, thresholds)
      })
      const rankings = rankDetections(matched, thresholds.length)
      if (rankings.size === 0) {
        throw new InputError(
          `${dataset.source}: has no true box in ${samples.length} samples: ${name} needs some`,
        )
      }
      return isSample && samples.length > 1
        ? contributions(rankings, matched)
        : new Float64Array(samples.length).fill(meanOf(classPrecisions(rankings)))
    },
  }
}

function classPrecisions(rankings: Rankings): Map<number, number> {
  return new Map([...rankings].map(([one, ranking]) => [one, averagePrecision(ranking)!]))
}

function meanOf(precisions: ReadonlyMap<number, number>): number {
  return [...precisions.values()].reduce((sum, value) => sum + value, 0) / precisions.size
}

/** Only the classes of a sample change if it is left out. */
function contributions(rankings: Rankings, matched: readonly (readonly MatchedClass[])[]): Float64Array {
  const precisions = classPrecisions(rankings)
  const whole = meanOf(precisions)
  const size = matched.length
  const without = Float64Array.from(matched, (classes, sample) => {
    const changed = new Map(precisions)
    for (const { class: one } of classes) {
      const ranking = rankings.get(one)
      if (!ranking) continue
      const precision = averagePrecision(ranking, sample)
      if (precision === undefined) changed.delete(one)
      else changed.set(one, precision)
    }
    return changed.size === 0 ? whole : meanOf(changed)
  })
  const middle = without.reduce((sum, value) => sum + value, 0) / size
  return without.map(value => whole - (size - 1) * (value - middle))
}
