/**
 * Is the implicit builder's plan as good as the best of all plans? Parts of real models with so few regions that every
 * plan can be timed.
 *
 *     QUANTRACT_SHARED=folder npm run bench:exhaustive
 *
 * Needs what `npm run bench:quantizer` left in the cache directory. Exits with 1 where the builder's plan is slower than
 * the best by more than 2% with confidence.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { hashModel } from '../../src/builder/cache/hash.ts'
import { openContext } from '../../src/builder/context.ts'
import { calibratedRanges } from '../../src/builder/source/calibrated-ranges.ts'
import { prepareModel } from '../../src/builder/source/prepare-model.ts'
import { measureCosts } from '../../src/builder/tuner/measure-costs.ts'
import { nodesOf } from '../../src/builder/tuner/nodes-of.ts'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { compareSpeed } from '../../src/measure/compare-speed.ts'
import { successiveHalving } from '../../src/measure/successive-halving.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { placementModel } from '../../src/quantize/placement.ts'
import { onnxruntime } from '../../src/quantize/placements/onnxruntime.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { cutModel } from './cut-model.ts'

/** Models with the node behind which they are cut off. */
const parts = [
  { name: 'mnist-8', nodes: undefined },
  { name: 'mlperf_tiny_resnet8_cifar10', nodes: 18 },
  { name: 'mlperf_tiny_vww_mobilenet_v1_0.25_96', nodes: 18 },
]
const models = join(process.env.QUANTRACT_SHARED ?? '.', 'models')

console.log(
  'model                                     regions  plans  best plan ms  builder ms  builder / best fps',
)
for (const { name, nodes } of parts) {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-'))
  const model = join(directory, 'part.onnx')
  await writeModel(cutModel(await readModel(join(models, `${name}.onnx`)), nodes), model)
  const calibration = join(cacheDirectory(), 'bench-quantizer', name, 'calibration.npz')
  const variants = { implicit: { quantization: 'implicit' } } as const
  const { implicit } = await buildEngines({ model, calibration, variants })

  const { source, context } = await openContext({ model, calibration, variants }, {})
  const task = { variant: 'implicit', source, context, explicits: [], directory, scratch: directory }
  const prepared = await prepareModel(task)
  const { ranges } = await calibratedRanges(prepared, 'mse', 'uint8', task)
  let written = 0
  const write = async (int8: ReadonlySet<string>) => {
    const path = join(directory, `${written++}.onnx`)
    const precision = ({ name }: { name: string }) => (int8.has(name) ? 'int8' : 'float')
    await writeModel(quantizeModel(prepared, { ranges, precision }), path)
    return path
  }
  const feeds = feedsOf(context.calibration!, source.inputs, 1, 16)
  const quantizable = new Set(onnxruntime.quantizable(placementModel(prepared.model)).map(({ name }) => name))
  const costs = await measureCosts(prepared.model, quantizable, {
    write,
    feeds,
    target: defaultTarget,
    directory,
    seconds: 3,
  })
  const count = 2 ** costs.regions.length
  const plans = await Promise.all(
    Array.from({ length: count }, async (_, bits) => {
      const int8 = new Set(costs.regions.flatMap((_, i) => ((bits >> i) & 1 ? [i] : [])))
      return { id: String(bits), model: await write(nodesOf(costs, int8)) }
    }),
  )
  const measure = { feeds, target: context.target, seed: 5 }
  const own = { id: 'builder', model: implicit.model }
  const places = await successiveHalving([...plans, own], {
    ...measure,
    seconds: 20,
    kept: new Set(['builder']),
  })
  const [best] = places.filter(({ id }) => id !== 'builder')
  const winner = plans.find(({ id }) => id === best!.id)!
  const same = (await hashModel(winner.model)).sha256 === implicit.sha256
  const { ratio, lower, upper } = same
    ? { ratio: 1, lower: 1, upper: 1 }
    : await compareSpeed(own, winner, { ...measure, seed: 6, seconds: 6 })
  const builder = places.find(({ id }) => id === 'builder')!
  console.log(
    `${name.padEnd(42)}${String(costs.regions.length).padStart(6)}${String(count).padStart(7)}${best!.milliseconds.toFixed(4).padStart(14)}${builder.milliseconds.toFixed(4).padStart(12)}  ${ratio.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`,
  )
  if (upper < 0.98) process.exitCode = 1
}
