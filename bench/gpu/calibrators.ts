/**
 * Our entropy calibration against TensorRT's own IInt8EntropyCalibrator2 on the same samples in the same order: how many
 * scales agree, and how fast and accurate the engines are that are built from either cache.
 *
 *     node --import tsx bench/gpu/calibrators.ts [model] [batch] [seconds]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { openMachine } from '../../src/backends/tensorrt/machine/open-machine.ts'
import { startPythonHost } from '../../src/backends/tensorrt/python/python-host.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { encodeFeed } from '../../src/engine/feeds/encode-feed.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import { formatEngines } from '../../src/report/format-engines.ts'
import { gpuSpec, type ModelName } from './models.ts'

const [name = 'resnet20', batch = '64'] = process.argv.slice(2)
const spec = gpuSpec(name as ModelName, { batch: Number(batch), host: 'python' }, 10)
const onProgress = (line: string) => console.error(line)

/** The cache that TensorRT writes: one sample a batch, and a build that is quick because nobody runs it. */
async function theirCache(inputs: Parameters<typeof feedsOf>[1]): Promise<string> {
  const target = { ...spec.target, threads: 1, batch: 1, device: 0 } as const
  const machine = await openMachine(target)
  const host = await startPythonHost(machine, target)
  try {
    const single = inputs.map(input => ({ ...input, shape: [1, ...input.shape.slice(1)] }))
    const samples = feedsOf(await loadDataset(spec.calibration, 'calibration'), single, 1).map(encodeFeed)
    const { cache } = await host.call<{ cache: string }>('build', {
      model: spec.model,
      plan: machine.path('calibrated.plan'),
      shapes: Object.fromEntries(single.map(({ name, shape }) => [name, shape])),
      precisions: ['INT8'],
      samples,
      level: 0,
    })
    return cache
  } finally {
    await host.stop()
    await machine.remove()
  }
}

const ours = await buildEngines({ ...spec, variants: { implicit: spec.variants.implicit } }, { onProgress })
const text = await theirCache(ours.implicit.inputs)
const file = resolve(`${name}.tensorrt.cache`)
await writeFile(file, text)
const theirs = parseTensorrtCache(text, file).scales
const own = parseTensorrtCache(await readFile(`${ours.implicit.model}.calibration`, 'utf8'), 'ours').scales
const both = [...own].filter(([tensor]) => theirs.has(tensor))
const within = (limit: number) =>
  both.filter(([tensor, scale]) => Math.abs(Math.log(scale / theirs.get(tensor)!)) <= limit).length
console.log(
  `${name}: ${own.size} scales of ours, ${theirs.size} of TensorRT's, ${both.length} tensors in both`,
)
for (const limit of [1e-5, 1e-3, 1e-2, 1e-1]) {
  console.log(`  differ by at most ${limit * 100}%: ${within(limit)} of ${both.length}`)
}
for (const [tensor, scale] of both) {
  const other = theirs.get(tensor)!
  if (Math.abs(Math.log(scale / other)) > 1e-2) console.log(`  ${tensor}: ours ${scale}, TensorRT's ${other}`)
}
const variants = {
  'our-cache': spec.variants.implicit,
  'their-cache': { quantization: 'implicit', cache: file },
} as const
const engines = await buildEngines({ ...spec, variants }, { onProgress })
console.log(formatEngines(await describeEngines(engines, { onProgress })))
