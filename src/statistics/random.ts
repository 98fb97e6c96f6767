/**
 * A seeded generator of uniform numbers in [0, 1), multiples of 2^-32: the same seed gives the same sequence on every
 * machine, so that a recorded seed repeats a run.
 *
 * sfc32 by Chris Doty-Humphrey (PractRand), started as there: the seed fills two words, the counter is 1, and the
 * first 12 outputs are thrown away so that neighbouring seeds have nothing in common.
 *
 * @param seed Any safe integer.
 * @throws RangeError if the seed is not a safe integer.
 * @example seededRandom(1)() // 0.4684900725260377
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`the seed is ${seed}, not a safe integer`)
  let a = 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = () => {
    const output = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + output) | 0
    return (output >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
