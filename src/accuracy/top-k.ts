/**
 * Whether the label is among the k largest scores; ties go to the lower class index, as with argmax.
 *
 * @param scores - one score per class
 * @example topK([0.1, 0.7, 0.2], 1, 1) // => true
 */
export function topK(scores: ArrayLike<number>, label: number, k: number): boolean {
  const own = scores[label]!
  // A NaN beats nobody and is beaten by everybody: a broken engine is wrong, not right by accident.
  if (Number.isNaN(own)) return false
  let ahead = 0
  for (let c = 0; c < scores.length; c++) {
    if (scores[c]! > own || (scores[c] === own && c < label)) ahead++
  }
  return ahead < k
}
