import type { MatchedClass } from './match-detections.ts'

/** Detections of one class on all samples, the highest score first. */
interface ClassRanking {
  readonly truths: number
  /** By sample, true boxes of the class. */
  readonly truthsOf: ReadonlyMap<number, number>
  /** Sample of each detection. */
  readonly samples: readonly number[]
  /** By threshold, whether a detection has found a box. */
  readonly found: readonly (readonly boolean[])[]
}

/** Detections of every class that has true boxes. */
export type Rankings = ReadonlyMap<number, ClassRanking>

/** Recalls at which COCO reads the precision. */
const recalls = Array.from({ length: 101 }, (_, i) => i * 0.01)

/** Ranks the detections of all samples, class by class. Classes that no sample has count for nothing. */
export function rankDetections(samples: readonly (readonly MatchedClass[])[], thresholds: number): Rankings {
  const classes = new Set(samples.flatMap(matched => matched.map(each => each.class)))
  const rankings = new Map<number, ClassRanking>()
  for (const one of classes) {
    const parts = samples.flatMap((matched, sample) =>
      matched.filter(each => each.class === one).map(part => ({ sample, ...part })),
    )
    const truthsOf = new Map(parts.map(({ sample, truths }) => [sample, truths]))
    const truths = parts.reduce((sum, part) => sum + part.truths, 0)
    if (truths === 0) continue
    const ranked = parts
      .flatMap(({ sample, scores, found }) =>
        scores.map((score, i) => ({ sample, score, found: found.map(row => row[i]!) })),
      )
      // Stable, as COCO's: of equal scores the earlier sample comes first.
      .sort((a, b) => b.score - a.score)
    rankings.set(one, {
      truths,
      truthsOf,
      samples: ranked.map(({ sample }) => sample),
      found: Array.from({ length: thresholds }, (_, t) => ranked.map(({ found }) => found[t]!)),
    })
  }
  return rankings
}

/**
 * Average precision of one class, mean over the thresholds: the largest precision at this recall or beyond, read at 101
 * recalls (pycocotools `cocoeval.py`, `accumulate`).
 *
 * @param without Sample that is left out.
 * @returns undefined if there is no true box
 */
export function averagePrecision(
  { truths, truthsOf, samples, found }: ClassRanking,
  without?: number,
): number | undefined {
  const left = truths - (without === undefined ? 0 : (truthsOf.get(without) ?? 0))
  if (left === 0) return undefined
  const each = found.map(row =>
    precisionAtRecalls(without === undefined ? row : row.filter((_, i) => samples[i] !== without), left),
  )
  return each.reduce((sum, value) => sum + value, 0) / each.length
}

function precisionAtRecalls(found: readonly boolean[], truths: number): number {
  const precisions = new Float64Array(found.length)
  const reached = new Float64Array(found.length)
  let right = 0
  for (const [i, hit] of found.entries()) {
    if (hit) right++
    precisions[i] = right / (i + 1 + Number.EPSILON)
    reached[i] = right / truths
  }
  for (let i = found.length - 1; i > 0; i--) {
    if (precisions[i]! > precisions[i - 1]!) precisions[i - 1] = precisions[i]!
  }
  let sum = 0
  let at = 0
  for (const recall of recalls) {
    while (at < found.length && reached[at]! < recall) at++
    if (at < found.length) sum += precisions[at]!
  }
  return sum / recalls.length
}
