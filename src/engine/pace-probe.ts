/** 8 kB: they stay in the first cache, so that the probe times the core and nothing else. */
const words = Int32Array.from({ length: 2048 }, (_, i) => Math.imul(i, 2_654_435_761))
/** Some 25 us on a core of 3 GHz. */
const passes = 9
const warmingPasses = 2
/** By then the compiler is done with the loop. */
const warmUpProbes = 400

let sink = 0
let isWarm = false

/**
 * Times a fixed piece of arithmetic: how fast the core runs now, whatever else says so. Four sums that do not wait for
 * each other keep all its units busy, so that a neighbour on the other half of the core shows, which neither the CPU
 * time of a process nor its waiting does.
 *
 * @returns us
 */
export function probePace(): number {
  if (!isWarm) {
    isWarm = true
    for (let i = 0; i < warmUpProbes; i++) probePace()
  }
  // What ran before has its own data in the cache, and its own branches in mind.
  sink = sumOf(warmingPasses)
  const start = performance.now()
  sink ^= sumOf(passes)
  return (performance.now() - start) * 1000
}

/** Used, or the compiler would leave it out. */
function sumOf(passes: number): number {
  return sums(passes).next().value as number
}

/**
 * A generator, because the compiler copies none into its callers: each copy would be machine code of its own, and of another
 * speed by up to 15%.
 */
function* sums(passes: number): Generator<number> {
  let [a, b, c, d] = [sink, 1, 2, 3]
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < words.length; i += 4) {
      a = (a + words[i]!) | 0
      b = (b ^ words[i + 1]!) | 0
      c = (c + words[i + 2]!) | 0
      d = (d ^ words[i + 3]!) | 0
    }
  }
  yield a ^ b ^ c ^ d
}
