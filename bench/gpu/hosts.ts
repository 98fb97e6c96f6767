/**
 * The same engine files by both hosts, and how much builds differ: builds the INT8 variants several times, each time without
 * timings of before, and times every pair of builds with TensorRT's Python module and with trtexec.
 *
 *     node --import tsx bench/gpu/hosts.ts [model] [batch] [builds] [seconds a pair and host]
 *
 * Two minutes of builds for each pair, less where they are in the cache.
 */
import { mean, median } from 'simple-statistics'
import { buildEngines } from '../../src/build/build-engines.ts'
import { buildsOf } from '../../src/build/builds-of.ts'
import type { Engine } from '../../src/build/engine.ts'
import { timedFeeds } from '../../src/contract/evaluate/timed-feeds.ts'
import type { Target } from '../../src/engine/target.ts'
import { openPair } from '../../src/measure/pair.ts'
import { segmentLogRatio } from '../../src/measure/segment-log-ratio.ts'
import { formatTable } from '../../src/report/format-table.ts'
import { tMixtureInterval } from '../../src/statistics/t-mixture-interval.ts'
import { gpuSpec, type ModelName } from './models.ts'

const hosts = ['python', 'trtexec'] as const
const [name = 'resnet20', batch = '64', builds = '5', seconds = '20'] = process.argv.slice(2)
const spec = gpuSpec(
  name as ModelName,
  { batch: Number(batch), builds: Number(builds), host: 'python' },
  Number(seconds),
)
const { implicit, explicit } = spec.variants
const engines = await buildEngines(
  { ...spec, variants: { implicit, explicit } },
  { onProgress: line => console.error(line) },
)

/** Latencies in us, and implicit fps / explicit fps with its interval. */
async function compared(a: Engine, b: Engine, host: NonNullable<Target['host']>) {
  const pair = await openPair(
    { id: 'a', model: a.model },
    { id: 'b', model: b.model },
    {
      feeds: timedFeeds(a),
      seed: 1,
      target: { ...a.context.target, builds: 1, host },
      budgetSeconds: spec.budgetSeconds,
    },
  )
  const end = performance.now() + 1000 * spec.budgetSeconds
  const [ratios, microseconds]: [number[], [number[], number[]]] = [[], [[], []]]
  try {
    while (ratios.length < 8 || performance.now() < end) {
      const block = await pair.nextBlock()
      ratios.push(segmentLogRatio(block, pair.plan.statistic))
      for (const [i, quad] of block.quads.entries()) {
        for (const [position, segment] of quad.entries()) {
          const side = block.orders[i]![position] === 'A' ? 0 : 1
          microseconds[side].push(1000 * median([...segment]))
        }
      }
    }
  } finally {
    await pair.stop()
  }
  const { lower, upper } = tMixtureInterval(ratios)
  return {
    microseconds: microseconds.map(median) as [number, number],
    ratio: Math.exp(-mean(ratios)),
    interval: [Math.exp(-upper), Math.exp(-lower)] as const,
  }
}

const layersOf = ({ layers: { int8 = 0, half = 0, float = 0 } }: Engine) => `${int8}, ${half}, ${float}`
const rows = [
  [
    'build',
    'implicit us',
    'INT8, half, float',
    'build s',
    'explicit us',
    'INT8, half, float',
    'build s',
    ...hosts.map(host => `implicit / explicit fps, ${host}`),
    'hosts differ by',
  ],
]
const latencies: [number[], number[]] = [[], []]
const [implicits, explicits] = [buildsOf(engines.implicit), buildsOf(engines.explicit)]
for (const [build, a] of implicits.entries()) {
  const b = explicits[build]!
  const byHost = {
    python: await compared(a, b, 'python'),
    trtexec: await compared(a, b, 'trtexec'),
  }
  const { microseconds } = byHost.python
  latencies[0].push(microseconds[0])
  latencies[1].push(microseconds[1])
  rows.push([
    String(build + 1),
    microseconds[0].toFixed(2),
    layersOf(a),
    a.buildSeconds.toFixed(1),
    microseconds[1].toFixed(2),
    layersOf(b),
    b.buildSeconds.toFixed(1),
    ...hosts.map(host => {
      const { ratio, interval } = byHost[host]
      return `${ratio.toFixed(4)} [${interval.map(value => value.toFixed(4)).join(', ')}]`
    }),
    `${(100 * Math.abs(byHost.trtexec.ratio / byHost.python.ratio - 1)).toFixed(2)}%`,
  ])
  console.log(`${JSON.stringify({ build: build + 1, ...byHost })}`)
}
console.log(formatTable(rows).join('\n'))
for (const [side, variant] of ['implicit', 'explicit'].entries()) {
  const own = latencies[side]!
  const spread = (Math.max(...own) / Math.min(...own) - 1) * 100
  console.log(`${variant}: the slowest build is ${spread.toFixed(2)}% slower than the fastest`)
}
