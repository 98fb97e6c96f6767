/**
 * What does measuring cost? The loop of the host against a bare loop over the same session, in turns in one process,
 * and one look of the test at its largest number of blocks.
 *
 *     npm run bench:overhead
 *
 * Exits with 1 where the loop adds 1% and 10 us or more to an inference, or a look takes 5 ms or more.
 */

import { Tensor } from 'onnxruntime-node'
import { median } from 'simple-statistics'
import { openSession } from '../src/backends/onnxruntime/session/session.ts'
import { timeSegments } from '../src/backends/onnxruntime/session/time-segments.ts'
import { seededRandom } from '../src/statistics/random.ts'
import { RatioTest } from '../src/statistics/sequential/ratio-test.ts'

const inferences = 50
const rounds = 200
const horizon = 200

const session = await openSession('examples/pytorch-digits/digits.onnx', { threads: 1 })
const feed = { image: new Tensor('float32', new Float32Array(32 * 32), [1, 1, 32, 32]) }
const loops = {
  bare: async () => {
    for (let i = 0; i < inferences; i++) await session.run(feed)
  },
  host: async () => {
    await timeSegments([{ session, delay: 0 }], inferences, () => feed)
  },
}
const microseconds: Record<keyof typeof loops, number[]> = { bare: [], host: [] }
for (let round = 0; round < rounds; round++) {
  const order = round % 2 === 0 ? (['bare', 'host'] as const) : (['host', 'bare'] as const)
  for (const name of order) {
    const start = performance.now()
    await loops[name]()
    microseconds[name].push(((performance.now() - start) / inferences) * 1000)
  }
}
await session.release()
const bare = median(microseconds.bare)
const added = median(microseconds.host.map((host, i) => host - microseconds.bare[i]!))

const looks = Array.from({ length: 20 }, (_, run) => slowestLook(run + 1))

console.log(`bare loop          ${bare.toFixed(1)} us an inference`)
console.log(
  `loop of the host   ${added >= 0 ? '+' : ''}${added.toFixed(1)} us, ${((added / bare) * 100).toFixed(2)}%`,
)
console.log(
  `slowest look       ${median(looks).toFixed(2)} ms in a test of ${horizon} blocks (median of ${looks.length} tests)`,
)
process.exitCode = (added >= 10 && added / bare >= 0.01) || median(looks) >= 5 ? 1 : 0

/** Longest time in ms that one test takes for a block. */
function slowestLook(seed: number): number {
  const random = seededRandom(seed)
  const test = new RatioTest({ boundary: 0.01, maxBlocks: horizon, random })
  let slowest = 0
  for (let block = 0; block < horizon; block++) {
    // On the boundary: few tests end early, so that nearly every look is made.
    const value = 0.01 + (random() - 0.5) / 100
    const start = performance.now()
    test.add(value)
    slowest = Math.max(slowest, performance.now() - start)
  }
  return slowest
}
