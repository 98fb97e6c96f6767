/**
 * What does ONNX Runtime's profiler add to a kernel, and is what remains of a profiled kernel what it takes?
 *
 *     npm run bench:profiler [-- model.onnx ...]
 *
 * First kernels of the models one by one, many copies of each in a model, with the profiler and without. Then the models as
 * a whole: profiled kernels less what the profiler adds, beside models that end behind each kernel, without a profiler.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { mean, rootMeanSquare } from 'simple-statistics'
import { profilerWeight } from '../../src/backends/onnxruntime/profile/profiler-weight.ts'
import type { EngineProfile } from '../../src/engine/engine-profile.ts'
import { alignLayers } from '../../src/explain/alignment/align-layers.ts'
import { attribute } from '../../src/explain/attribution.ts'
import { measureBoth } from '../../src/explain/onnxruntime/measure-both.ts'
import { type ChainCost, chainCost } from './chain-cost.ts'
import { type Optimized, optimize } from './optimize.ts'
import { prefixTimes } from './prefix-times.ts'

const given = process.argv.slice(2)
const files =
  given.length > 0 ? given : ['digits', 'digits.qdq'].map(name => `examples/pytorch-digits/${name}.onnx`)
/** Profiled, in µs: many copies of a longer kernel drive its data out of the caches, which is no matter of the profiler. */
const longestInChain = 10
/** In µs: what a longer kernel takes changes by more from run to run than the profiler adds. */
const longest = 15

const directory = await mkdtemp(join(tmpdir(), 'quantract-bench-'))
let directories = 0
async function empty(): Promise<string> {
  const path = join(directory, String(directories++))
  await mkdir(path)
  return path
}

const models: Optimized[] = []
for (const file of files) models.push(await optimize(file, await empty()))

/** Of each operator with so many tensors and dimensions one kernel. */
const chains: (ChainCost & { readonly kind: string; readonly weight: number })[] = []
for (const { model, kernels } of models) {
  const constants = new Set(model.graph!.initializer.map(({ name }) => name))
  for (const node of model.graph!.node) {
    const kernel = kernels.get(node.name)
    if (!kernel || kernel.microseconds > longestInChain) continue
    // Shapes and indices: not any would do.
    if (kernel.inputs.some(({ type }, position) => type === 'int64' && !constants.has(node.input[position]!)))
      continue
    const tensors = [...kernel.inputs, ...kernel.outputs]
    const dimensions = tensors.reduce((sum, { shape }) => sum + shape.length, 0)
    const kind = `${node.opType} | ${tensors.length} | ${dimensions}`
    if (chains.some(chain => chain.kind === kind)) continue
    const cost = await chainCost(model, node, kernel, await empty())
    chains.push({ ...cost, kind, weight: profilerWeight(kernel) })
  }
}
const unit = mean(chains.map(({ added }) => added)) / mean(chains.map(({ weight }) => weight))
console.log('| kernel | tensors | dimensions | takes, µs | the profiler adds | by its weight |')
console.log('|---|---|---|---|---|---|')
for (const { kind, kernel, added, weight } of chains) {
  console.log(`| ${kind} | ${[kernel, added, unit * weight].map(time => time.toFixed(2)).join(' | ')} |`)
}
const off = rootMeanSquare(chains.map(({ added, weight }) => added / (unit * weight) - 1))
console.log(
  `\n${unit.toFixed(2)} µs for a weight of 1; kernels differ from their weight by ${(100 * off).toFixed(0)}% (root mean square).\n`,
)

console.log(
  '| model | kernels | without profiler, µs | profiled | profiler, a kernel | a kernel is off by (root mean square) |',
)
console.log('|---|---|---|---|---|---|')
for (const [index, optimized] of models.entries()) {
  const model = { id: 'model', model: optimized.path }
  const target = { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 } as const
  // Against itself: only its own profile and latency matter.
  const { a, b } = await measureBoth(
    model,
    { ...model, id: 'same' },
    { feeds: [optimized.feed], target, seed: 1, seconds: 6 },
  )
  const { timeOf, overhead } = attribute(alignLayers(a, b), a, b)
  const { kernels, whole, outside } = await prefixTimes(optimized, await empty())
  const left = byName(a, timeOf)
  const errors = optimized.model.graph!.node.flatMap(({ name }, position) =>
    kernels[position]! <= longest ? [left.get(name)! - kernels[position]!] : [],
  )
  const profiled = a.layers.reduce((sum, { microseconds }) => sum + microseconds, 0)
  const cells = [
    basename(files[index]!),
    kernels.length,
    (whole - outside).toFixed(0),
    profiled.toFixed(0),
    overhead.toFixed(2),
    rootMeanSquare(errors).toFixed(2),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
await rm(directory, { recursive: true })

function byName({ layers }: EngineProfile, timeOf: (layer: EngineProfile['layers'][number]) => number) {
  return new Map(layers.map(layer => [layer.name, timeOf(layer)]))
}
