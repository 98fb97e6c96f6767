/**
 * Every form of models on every runtime, timed in turns in one run, with accuracy on the same samples.
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:engines -- [--models a,b] [--out engines.json] [--nncf FOLDER]
 *         [--data FOLDER] [--seconds 12] [--build-seconds 60] [--prepare] [--write docs/openvino.md]
 *     npm run bench:engines -- --show a.json,b.json
 *
 * Models are those of `bench:quantizer`, by name, from the folder QUANTRACT_SHARED; default: six of them. QUANTRACT_PYTHON has
 * openvino, onnx and pillow (`data.py` makes the samples), and nncf if its files (`<model>.xml` in the folder `--nncf`) are not
 * there. `--prepare` makes samples and NNCF's files and times nothing.
 *
 * Needs nobody: a form or a model that fails is told, and the others go on. `--out` is whole after every model; a later run
 * with the same file goes on behind it. `taskset -c 4-5` before the command gives engines the last of these CPUs. `--show`
 * joins the files of several runs.
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { messageOf } from '../../src/errors.ts'
import { writeAtomically } from '../../src/write-atomically.ts'
import { benchForms } from './forms.ts'
import { prepare } from './prepare.ts'
import { type EnginesResult, formatEngines, type ModelResult, machineText } from './result.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    models: {
      ...text,
      default: [
        'mlperf_tiny_kws_dscnn',
        'resnet20_cifar10',
        'squeezenet1.1',
        'kwt1_speech_commands12',
        'mobilenet_v1_0.75_224',
        'mobilenetv2_1.0_224',
      ].join(),
    },
    out: text,
    nncf: text,
    data: text,
    seconds: { ...text, default: '12' },
    'build-seconds': { ...text, default: '60' },
    prepare: { type: 'boolean', default: false },
    show: text,
    write: text,
  },
})
const result = values.show === undefined ? await measure() : await joined(values.show.split(','))
if (!values.prepare) {
  const table = formatEngines(result)
  console.log(`\n${table}`)
  if (values.write !== undefined) await keep(table, values.write)
}
// Whoever starts this unattended sees by it whether all is there.
process.exitCode = result.models.some(({ failures }) => Object.keys(failures).length > 0) ? 1 : 0

async function measure(): Promise<EnginesResult> {
  const { out } = values
  const stored = out !== undefined && existsSync(out) ? (await read(out)).models : []
  // What failed as a whole is tried again.
  const models = stored.filter(({ forms }) => Object.keys(forms).length > 0)
  for (const name of values.models.split(',')) {
    if (models.some(({ model }) => model === name)) continue
    const start = performance.now()
    const found = await benchModel(name)
    if (found) models.push(found)
    console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`, JSON.stringify(found ?? ''))
    const whole: EnginesResult = { machine: machineText(), models }
    if (out !== undefined && !values.prepare) await writeAtomically(out, JSON.stringify(whole, null, 2))
  }
  return { machine: machineText(), models }
}

async function benchModel(name: string): Promise<ModelResult | undefined> {
  try {
    const files = await prepare(name, values)
    if (values.prepare) return undefined
    return await benchForms(name, files, {
      seconds: Number(values.seconds),
      buildSeconds: Number(values['build-seconds']),
    })
  } catch (error) {
    return { model: name, forms: {}, failures: { model: messageOf(error).split('\n')[0]! } }
  }
}

async function read(path: string): Promise<EnginesResult> {
  return JSON.parse(await readFile(path, 'utf8')) as EnginesResult
}

async function joined(paths: readonly string[]): Promise<EnginesResult> {
  const results = await Promise.all(paths.map(read))
  const machines = new Set(results.map(({ machine }) => machine))
  return { machine: [...machines].join('; '), models: results.flatMap(({ models }) => models) }
}

async function keep(table: string, page: string): Promise<void> {
  const before = await readFile(page, 'utf8')
  const between = /(<!-- bench:engines -->\n)[\s\S]*?(<!-- end -->)/
  const after = before.replace(between, (_, start: string, end: string) => `${start}${table}\n${end}`)
  await writeFile(page, after)
}
