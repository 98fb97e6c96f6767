/** `1 sample`, `64 samples`. */
export function countedSamples(count: number): string {
  return count === 1 ? '1 sample' : `${count} samples`
}
