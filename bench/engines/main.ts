/**
 * Every form of models on every runtime, timed in turns in one run, with accuracy on the same samples.
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:engines -- [--write docs/openvino.md] [model...]
 *
 * Models are those of `bench:quantizer`, by name, from the folder QUANTRACT_SHARED; default: six of them. QUANTRACT_PYTHON has
 * openvino, onnx and pillow (`data.py` makes the samples).
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import { accuracyScore } from '../../src/accuracy/score.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import type { Engine } from '../../src/builder/engine.ts'
import { timedFeeds } from '../../src/builder/timed-feeds.ts'
import { accuracyEstimate } from '../../src/contract/evaluate/accuracy-estimate.ts'
import { environment } from '../../src/engine/environment.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import { markdownTable } from '../../src/report/markdown.ts'
import { shared } from '../../test/support/shared.ts'
import { models } from '../quantizer/models.ts'
import { runPython } from '../quantizer/python.ts'

const usual = [
  'mlperf_tiny_kws_dscnn',
  'resnet20_cifar10',
  'squeezenet1.1',
  'kwt1_speech_commands12',
  'mobilenet_v1_0.75_224',
  'mobilenetv2_1.0_224',
]
/** For timing all forms of a model in turns, and for building one of them. */
const [seconds, buildSeconds] = [12, 60]

const variants = {
  'ORT fp32': { quantization: 'none' },
  'ORT implicit': { quantization: 'implicit' },
  'OpenVINO f32': { quantization: 'none', target: { backend: 'openvino', precision: 'f32' } },
  'OpenVINO float': { quantization: 'none', target: { backend: 'openvino' } },
  'OpenVINO INT8': { quantization: 'explicit', placement: 'onnxruntime', target: { backend: 'openvino' } },
  'OpenVINO implicit': { quantization: 'implicit', target: { backend: 'openvino' } },
  'implicit of both': { quantization: 'implicit', engines: ['onnxruntime', 'openvino'] },
} as const satisfies BuildSpec['variants']

const args = process.argv.slice(2)
const page = args[0] === '--write' ? args.splice(0, 2)[1] : undefined
const rows: string[][] = []
const ratios = new Map<string, number[]>()
for (const name of args.length > 0 ? args : usual) {
  const row = await rowOf(name)
  rows.push(row)
  console.log(row.join(' | '))
}
const means = Object.keys(variants).map(variant => {
  const logs = ratios.get(variant)!.map(Math.log)
  return Math.exp(logs.reduce((sum, each) => sum + each, 0) / logs.length).toFixed(2)
})
const { cpu, cores, instructionSets } = environment()
const text = [
  `${cpu} (${cores} cores, ${instructionSets.join(', ')}). Speed relative to ONNX Runtime's fp32, in brackets the accuracy in %.`,
  '',
  markdownTable(['model', ...Object.keys(variants)], [...rows, ['geometric mean', ...means]]),
].join('\n')
console.log(`\n${text}`)
if (page !== undefined) {
  const before = await readFile(page, 'utf8')
  const between = /(<!-- bench:engines -->\n)[\s\S]*?(<!-- end -->)/
  await writeFile(
    page,
    before.replace(between, (_, start: string, end: string) => `${start}${text}\n${end}`),
  )
}

async function rowOf(name: string): Promise<string[]> {
  const model = shared('models', `${name}.onnx`)
  const own = join(tmpdir(), 'quantract-bench-engines', name)
  await mkdir(own, { recursive: true })
  if (!existsSync(join(own, 'calibration.npz'))) {
    const { data } = models.find(each => each.name === name)!
    await runPython('data.py', [data, model, shared('models', 'eval'), own])
  }
  const built: Readonly<Record<string, Engine>> = await buildEngines(
    {
      model,
      calibration: join(own, 'calibration.npz'),
      evaluation: join(own, 'evaluation.npz'),
      variants,
      buildSeconds,
    },
    { onProgress: line => process.stderr.write(`${name}: ${line}\u001b[K\r`) },
  )
  const engines = Object.entries(built)
  const [, first] = engines[0]!
  const rounds = await roundRobin(
    engines.map(([id, { model, context }]) => ({ id, model, target: context.target })),
    { feeds: timedFeeds(first), seed: 1, target: first.context.target, seconds },
  )
  const quiet = (id: string) => median(rounds.get(id)!.map(segment => Math.min(...segment)))
  const cells: string[] = []
  for (const [id, engine] of engines) {
    const accuracy = await accuracyEstimate(engine, accuracyScore, {})
    const ratio = quiet(engines[0]![0]) / quiet(id)
    ratios.set(id, [...(ratios.get(id) ?? []), ratio])
    const where = id === 'implicit of both' ? ` ${engine.context.target.backend}` : ''
    cells.push(`${ratio.toFixed(2)} (${(100 * accuracy.value).toFixed(1)})${where}`)
  }
  return [name, ...cells]
}
