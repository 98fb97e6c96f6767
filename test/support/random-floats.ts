/** Numbers spread evenly over [-largest, largest], the same for the same seed. */
export function randomFloats(size: number, seed: string, largest = 1): Float32Array {
  let state = new TextEncoder().encode(seed).reduce((hash, byte) => (hash * 31 + byte) >>> 0, 7)
  return Float32Array.from({ length: size }, () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * largest
  })
}
