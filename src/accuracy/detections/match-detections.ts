import type { Detections } from './detections.ts'
import type { TrueBoxes } from './true-boxes.ts'

/** What detections of one class on one sample are worth. */
export interface MatchedClass {
  readonly class: number
  /** True boxes of the class. */
  readonly truths: number
  /** Confidence of each detection, the highest first. */
  readonly scores: readonly number[]
  /** Of each threshold: whether a detection has found a true box that none before it has. */
  readonly found: readonly (readonly boolean[])[]
}

/** Detections of a class on a sample that count, the highest scores first, as in COCO. */
const mostDetections = 100

/**
 * Assigns detections to true boxes of their class, as COCO does: the detection with the highest score first, each to the
 * box with which it overlaps most among those that no other has (pycocotools `cocoeval.py`, `evaluateImg`).
 *
 * @param thresholds Least intersection over union of a box that is found.
 */
export function matchDetections(
  found: Detections,
  truth: TrueBoxes,
  thresholds: readonly number[],
): MatchedClass[] {
  const present = new Set([...Array.from(found.classes), ...truth.classes])
  return [...present].map(one => {
    const truths = positions(truth.classes, one)
    const detections = positions(found.classes, one)
      .toSorted((a, b) => found.scores[b]! - found.scores[a]!)
      .slice(0, mostDetections)
    const overlaps = detections.map(detection =>
      truths.map(box => intersectionOverUnion(found.boxes, detection, truth.boxes, box)),
    )
    return {
      class: one,
      truths: truths.length,
      scores: detections.map(detection => found.scores[detection]!),
      found: thresholds.map(threshold => assign(overlaps, threshold)),
    }
  })
}

function positions(classes: ArrayLike<number>, one: number): number[] {
  const all = Array.from(classes, (value, i) => (value === one ? i : -1))
  return all.filter(i => i >= 0)
}

function assign(overlaps: readonly (readonly number[])[], threshold: number): boolean[] {
  const taken = new Set<number>()
  return overlaps.map(row => {
    // Rounding must not turn an overlap of exactly the threshold away; of equal ones COCO takes the last.
    let best = Math.min(threshold, 1 - 1e-10)
    let box: number | undefined
    for (const [candidate, overlap] of row.entries()) {
      if (taken.has(candidate) || overlap < best) continue
      best = overlap
      box = candidate
    }
    if (box === undefined) return false
    taken.add(box)
    return true
  })
}

function intersectionOverUnion(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const [left, top, right, bottom] = [a[4 * i]!, a[4 * i + 1]!, a[4 * i + 2]!, a[4 * i + 3]!]
  const [x, y, x2, y2] = [b[4 * j]!, b[4 * j + 1]!, b[4 * j + 2]!, b[4 * j + 3]!]
  const width = Math.min(right, x2) - Math.max(left, x)
  const height = Math.min(bottom, y2) - Math.max(top, y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / ((right - left) * (bottom - top) + (x2 - x) * (y2 - y) - shared)
}
