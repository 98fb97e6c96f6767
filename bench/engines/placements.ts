/**
 * Which placement of Q/DQ pairs OpenVINO runs fastest: speed relative to its float, and how many steps an inference has. Ranges
 * are of random numbers, which changes no kernel.
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:placements -- [model...]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { median } from 'simple-statistics'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import { markdownTable } from '../../src/report/markdown.ts'
import { shared } from '../../test/support/shared.ts'

const usual = [
  'mlperf_tiny_kws_dscnn',
  'resnet20_cifar10',
  'squeezenet1.1',
  'mobilenetv2_1.0_224',
  'kwt1_speech_commands12',
]
const seconds = 6
const names = Object.keys(placements) as PlacementName[]
const page = 'docs/openvino.md'

const variants: BuildSpec['variants'] = {
  float: { quantization: 'none' },
  ...Object.fromEntries(
    names.map(placement => [
      placement,
      { quantization: 'explicit', placement, outputError: 'none' } as const,
    ]),
  ),
}
const args = process.argv.slice(2)
const rows: string[][] = []
for (const name of args.length > 0 ? args : usual) {
  const built: Readonly<Record<string, Engine>> = await buildEngines({
    model: shared('models', `${name}.onnx`),
    calibration: 'random',
    target: { backend: 'openvino' },
    variants,
  })
  const engines = Object.entries(built)
  const { float } = built
  const rounds = await roundRobin(
    engines.map(([id, { model }]) => ({ id, model })),
    { feeds: timedFeeds(float!), seed: 1, target: float!.context.target, seconds },
  )
  const quiet = (id: string) => median(rounds.get(id)!.map(segment => Math.min(...segment)))
  const steps = ({ layers }: Engine) => Object.values(layers).reduce((sum, count) => sum + count, 0)
  const cells = engines.map(([id, engine]) => `${(quiet('float') / quiet(id)).toFixed(2)} (${steps(engine)})`)
  rows.push([name, ...cells])
  console.log(rows.at(-1)!.join(' | '))
}
const table = markdownTable(['model', ...Object.keys(variants)], rows)
console.log(`\n${table}`)
const before = await readFile(page, 'utf8')
const between = /(<!-- bench:placements -->\n)[\s\S]*?(<!-- end -->)/
await writeFile(
  page,
  before.replace(between, (_, start: string, end: string) => `${start}${table}\n${end}`),
)
