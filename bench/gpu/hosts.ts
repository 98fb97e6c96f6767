/**
 * The same engine files by both hosts, and how much builds differ: builds the INT8 variants several times, each time without
 * timings of before, times all engines in turns, and compares every pair of builds with TensorRT's Python module and with
 * trtexec.
 *
 *     node --import tsx bench/gpu/hosts.ts [model] [batch] [builds]
 *
 * Two minutes of builds for each pair, less where they are in the cache.
 */
import { median } from 'simple-statistics'
import type { Words } from '../../src/backends/backends.ts'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { buildsOf } from '../../src/builder/builds-of.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import { compareSpeed } from '../../src/measure/compare-speed.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import { formatTable } from '../../src/report/format-table.ts'
import { gpuSpec, type ModelName } from './models.ts'

const seconds = 30
const [name = 'resnet20', batch = '64', builds = '5'] = process.argv.slice(2)
const spec = gpuSpec(
  name as ModelName,
  { batch: Number(batch), builds: Number(builds), host: 'python' },
  seconds,
)
const { implicit, explicit } = spec.variants
const engines = await buildEngines(
  { ...spec, variants: { implicit, explicit } },
  { onProgress: line => console.error(line) },
)
const [implicits, explicits] = [buildsOf(engines.implicit), buildsOf(engines.explicit)]
const feeds = timedFeeds(engines.implicit)
const target = { ...engines.implicit.context.target, builds: 1 }

const contenders = [...implicits, ...explicits].map(({ model }) => ({ id: model, model }))
const rounds = await roundRobin(contenders, { feeds, seed: 1, target, seconds })
const microseconds = ({ model }: Engine) => 1000 * median(rounds.get(model)!.flat())

const header = ['implicit us', 'INT8, half, float', 'build s', 'explicit us', 'INT8, half, float', 'build s']
const rows = [['build', ...header, 'implicit / explicit fps, python', 'trtexec', 'hosts differ by']]
for (const [build, a] of implicits.entries()) {
  const b = explicits[build]!
  const compared = (host: 'python' | 'trtexec') =>
    compareSpeed(
      { id: 'implicit', model: a.model },
      { id: 'explicit', model: b.model },
      {
        feeds,
        seed: 2,
        seconds: 6,
        target: resolveTarget({ ...target, host } as Words<'tensorrt'> & { backend: 'tensorrt' }),
      },
    )
  const [python, trtexec] = [await compared('python'), await compared('trtexec')]
  const described = [a, b].flatMap(engine => {
    const { int8 = 0, half = 0, float = 0 } = engine.layers
    return [microseconds(engine).toFixed(2), `${int8}, ${half}, ${float}`, engine.buildSeconds.toFixed(1)]
  })
  const ratios = [python, trtexec].map(
    ({ ratio, lower, upper }) => `${ratio.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`,
  )
  const apart = Math.abs(trtexec.ratio / python.ratio - 1)
  rows.push([String(build + 1), ...described, ...ratios, `${(100 * apart).toFixed(2)}%`])
  console.log(rows.at(-1)!.join('  '))
}
console.log(formatTable(rows).join('\n'))
for (const [variant, all] of [
  ['implicit', implicits],
  ['explicit', explicits],
] as const) {
  const own = all.map(microseconds)
  const spread = (Math.max(...own) / Math.min(...own) - 1) * 100
  console.log(`${variant}: the slowest build is ${spread.toFixed(2)}% slower than the fastest`)
}
