/**
 * How much the same build differs from itself: every variant is built several times without a timing cache, and all engines
 * are timed in turns in one process.
 *
 *     node --import tsx bench/gpu/rebuilds.ts [model] [batch] [rebuilds] [variant...]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import { buildEngines } from '../../src/build/build-engines.ts'
import type { Engine } from '../../src/build/engine.ts'
import { timedFeeds } from '../../src/contract/evaluate/timed-feeds.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import { formatTable } from '../../src/report/format-table.ts'
import { gpuSpec, type ModelName } from './models.ts'

const [name = 'resnet20', batch = '64', rebuilds = '5', ...chosen] = process.argv.slice(2)
const variants = chosen.length > 0 ? chosen : ['implicit', 'explicit']
const directory = await mkdtemp(join(tmpdir(), 'rebuilds-'))
const engines = new Map<string, Engine>()
for (let i = 0; i < Number(rebuilds); i++) {
  const spec = gpuSpec(name as ModelName, { batch: Number(batch) }, 10)
  for (const variant of variants) {
    // A cache of its own: neither the engine nor timings of kernels are known.
    process.env.QUANTRACT_CACHE = join(directory, `${variant}-${i}`)
    const only = { [variant]: spec.variants[variant as keyof typeof spec.variants] }
    const built = await buildEngines({ ...spec, variants: only }, { onProgress: line => console.error(line) })
    engines.set(`${variant} ${i + 1}`, built[variant]!)
  }
}
const [first] = engines.values()
const rounds = await roundRobin(
  [...engines].map(([id, { model }]) => ({ id, model })),
  { feeds: timedFeeds(first!), seed: 1, target: first!.context.target, seconds: 30 },
)
const rows = [['engine', 'median us', 'build s', 'INT8', 'half', 'float', 'kernels']]
const medians = new Map<string, number>()
for (const [id, { buildSeconds, layers, sha256 }] of engines) {
  medians.set(id, median(rounds.get(id)!.flat()) * 1000)
  const { int8 = 0, half = 0, float = 0 } = layers
  rows.push([
    id,
    medians.get(id)!.toFixed(2),
    buildSeconds.toFixed(1),
    ...[int8, half, float].map(String),
    sha256.slice(0, 8),
  ])
}
console.log(formatTable(rows).join('\n'))
for (const variant of variants) {
  const own = [...medians].flatMap(([id, value]) => (id.startsWith(variant) ? [value] : []))
  const spread = (Math.max(...own) / Math.min(...own) - 1) * 100
  console.log(`${variant}: slowest rebuild is ${spread.toFixed(2)}% slower than the fastest`)
}
await rm(directory, { recursive: true, force: true })
