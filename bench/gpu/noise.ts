/**
 * An engine against itself by both hosts: what noise is left, and which differences 5, 30 and 120 seconds can show.
 *
 *     node --import tsx bench/gpu/noise.ts [model] [batch] [seconds a host]
 */
import { buildEngines } from '../../src/builder/build-engines.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import { noiseFloor, smallestDifference } from '../../src/measure/noise-floor.ts'
import { formatTable } from '../../src/report/format-table.ts'
import { gpuSpec, type ModelName } from './models.ts'

const [name = 'resnet20', batch = '64', seconds = '60'] = process.argv.slice(2)
const percent = (share: number) => `${(share * 100).toFixed(4)}%`
const rows = [
  [
    'host',
    'blocks',
    's a block',
    'ratio',
    'spread of a block',
    'between launches',
    'shown in 5 s',
    '30 s',
    '120 s',
  ],
]
for (const host of ['python', 'trtexec'] as const) {
  const { variants, ...spec } = gpuSpec(name as ModelName, { host, batch: Number(batch) }, Number(seconds))
  const { implicit } = await buildEngines(
    { ...spec, variants: { implicit: variants.implicit } },
    { onProgress: line => console.error(line) },
  )
  const noise = await noiseFloor(
    { model: implicit.model },
    { feeds: timedFeeds(implicit), seed: 1, target: implicit.context.target, seconds: Number(seconds) },
  )
  rows.push([
    host,
    String(noise.blocks),
    noise.blockSeconds.toFixed(2),
    noise.ratio.toFixed(5),
    percent(noise.blockSpread),
    percent(noise.launchSpread),
    ...[5, 30, 120].map(limit => percent(smallestDifference(noise, limit))),
  ])
  console.log(JSON.stringify({ host, ...noise }))
}
console.log(formatTable(rows).join('\n'))
