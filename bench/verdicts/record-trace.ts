/**
 * Records an engine against itself on this machine, as quantract measures it, for `npm run bench:verdicts`.
 *
 *     npm run bench:record-trace [minutes]
 */
import { openContext } from '../../src/builder/context.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { disturbanceGate } from '../../src/measure/disturbance-gate.ts'
import { startLaunches, stopLaunches } from '../../src/measure/launches.ts'
import { undisturbed } from '../../src/measure/undisturbed.ts'
import { warmUp } from '../../src/measure/warm-up.ts'
import { quadOrder, quadsPerBlock } from '../../src/statistics/block.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { writeNpz } from '../../test/support/npz/write-npz.ts'

const minutes = Number(process.argv[2] ?? 1)
const model = 'examples/pytorch-digits/digits.onnx'
const evaluation = 'examples/pytorch-digits/data/evaluation.npz'
const { context, source } = await openContext(
  { model, evaluation, variants: { a: { quantization: 'none' } } },
  {},
)
const feeds = feedsOf(context.evaluation!, source.inputs, 1, 16)
const ids = ['a', 'b']
const [launch] = await startLaunches(
  ids.map(id => ({ id, model })),
  1,
  { feeds, seed: 1, target: context.target },
)
await warmUp(launch!.engines, ids)
const random = seededRandom(1)
const milliseconds: number[] = []
const end = performance.now() + minutes * 60_000
const gate = disturbanceGate()
while (performance.now() < end) {
  // Segments of 6, of which a comparison drops the first; all are recorded.
  const order = Array.from({ length: quadsPerBlock }, () => quadOrder(random)).join('')
  const segments = order.toLowerCase().split('')
  milliseconds.push(...(await undisturbed(launch!.engines, gate, () => launch!.engines.time(segments, 6))))
}
await stopLaunches([launch!])
const logLatency = Float32Array.from(milliseconds, Math.log)
await writeNpz('bench/verdicts/trace.npz', { logLatency: { shape: [logLatency.length], data: logLatency } })
console.log(
  `recorded ${logLatency.length} inferences, ${gate.dropped} blocks dropped: bench/verdicts/trace.npz`,
)
