/**
 * INT8 files of other tools: what `quantract compare` says of them, beside a plain loop of onnxruntime-node in the same
 * minutes. INT8 nodes as a plain session runs them; the ratio of speeds within 5%.
 *
 *     npm run bench:plain-loop -- VENVS [--tools ort,nncf,inc,modelopt] [--models resnet20_cifar10,squeezenet1.1]
 *         [--seconds 30] [--write docs/other-tools.md] [--keep FOLDER]
 *
 * VENVS has a Python environment for each tool, whose packages exclude each other, outside of the repository:
 *
 *     python3 -m venv VENVS/ort      && VENVS/ort/bin/pip install onnxruntime==1.30.0 onnx sympy pillow
 *     python3 -m venv VENVS/nncf     && VENVS/nncf/bin/pip install nncf onnx onnxruntime==1.30.0
 *     python3 -m venv VENVS/inc      && VENVS/inc/bin/pip install onnx-neural-compressor onnx onnxruntime==1.30.0 prettytable scipy
 *     python3 -m venv VENVS/modelopt && VENVS/modelopt/bin/pip install 'nvidia-modelopt[onnx]'
 *
 * Models are those of `bench:quantizer`, with 100 samples of their data, from the folder QUANTRACT_SHARED. Exits with 1 if a
 * row misses. `--keep` keeps the files of the tools, and takes those that are there.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import type { ContractEvidence } from '../../src/contract/evidence.ts'
import { environment } from '../../src/engine/environment.ts'
import { markdownTable } from '../../src/report/markdown.ts'
import { shared } from '../../test/support/shared.ts'
import { models } from '../quantizer/models.ts'
import { type Int8Counts, int8Counts } from '../strangers/facts/int8-counts.ts'
import type { PlainLoop } from './loop.ts'

/** How far the two ratios may differ, as a share. */
const within = 0.05
const loopSeconds = 12

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { ...text, default: 'ort,nncf,inc,modelopt' },
    models: { ...text, default: 'resnet20_cifar10,squeezenet1.1' },
    seconds: { ...text, default: '30' },
    write: text,
    keep: text,
  },
})
const [venvs] = positionals
if (venvs === undefined || !existsSync(venvs)) {
  console.error('name the folder with the Python environments of the tools: see bench/plain-loop/main.ts')
  process.exit(3)
}
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const pythonOf = (tool: string) => resolve(venvs, tool, 'bin', 'python')
const folder = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), 'plain-loop-'))
const rows: string[][] = []
let misses = 0
try {
  for (const model of values.models.split(',')) {
    const data = await samplesOf(model)
    for (const tool of values.tools.split(',')) {
      const row = await rowOf(model, tool, data).catch((error: Error) => {
        misses++
        return [
          model,
          tool,
          error.message.split('\n').at(-1)!.slice(0, 120),
          '-',
          '-',
          '-',
          '-',
          '-',
          '-',
          '-',
        ]
      })
      rows.push(row)
      console.log(row.join(' | '))
    }
  }
} finally {
  if (!values.keep) await rm(folder, { recursive: true, force: true })
}
const { cpu, cores, instructionSets, onnxruntime } = environment()
const header = [
  'model',
  'file of',
  'INT8 nodes, plain session',
  'the same, compare',
  'compare, fps / fp32',
  'by medians',
  'plain loop, five in a row: clock',
  'CPU time',
  'plain loop, in alternation: clock',
  'CPU time',
]
const page = [
  `Written by \`npm run bench:plain-loop\` on ${cpu} (${cores} cores, ${instructionSets.join(', ')}), ONNX Runtime ${onnxruntime}, one thread. *compare* is \`quantract compare fp32.onnx int8.onnx --clause 'b fps >= a fps' --precision 2% --budget ${values.seconds}\`, with its 95% interval; the plain loops are onnxruntime-node with a clock around each inference, ${loopSeconds / 3} s of each just before it and just after it, before and after are both given. *Clock* are medians, *CPU time* is that of the process in sum, which other processes do not change. A row misses if counts differ, or if compare is more than ${100 * within}% from the nearest of the two by CPU time, five in a row.`,
  '',
  markdownTable(header, rows),
].join('\n')
console.log(`\n${page}\n\n${misses === 0 ? 'No row misses' : `${misses} rows miss`}`)
if (values.write !== undefined) {
  const before = await readFile(values.write, 'utf8')
  const between = /(<!-- bench:plain-loop -->\n)[\s\S]*?(<!-- end -->)/
  const written = before.replace(between, (_, start: string, end: string) => `${start}${page}\n${end}`)
  await writeFile(values.write, written)
}
process.exitCode = misses > 0 ? 1 : 0

async function samplesOf(model: string): Promise<string> {
  const own = join(folder, model)
  await mkdir(own, { recursive: true })
  const { data } = models.find(({ name }) => name === model)!
  const recipe = [data, shared('models', `${model}.onnx`), shared('models', 'eval'), own]
  if (!existsSync(join(own, 'calibration.npz'))) {
    await execa(pythonOf('ort'), [here('../quantizer/data.py'), ...recipe])
  }
  return join(own, 'calibration.npz')
}

async function rowOf(model: string, tool: string, data: string): Promise<string[]> {
  const float = shared('models', `${model}.onnx`)
  const int8 = join(folder, model, `${tool}.onnx`)
  if (!existsSync(int8)) await execa(pythonOf(tool), [here('quantize.py'), tool, float, data, int8])
  const before = await plainLoop(float, int8, data)
  const { counts, ratio, medians } = await compare(float, int8, data)
  const after = await plainLoop(float, int8, data)
  const plainCounts = formatCounts(await int8Counts({ job: 'counts', model: int8 }))
  const loops = [before, after]
  const nearest = Math.min(...loops.map(({ inTurns }) => Math.abs(Math.log(ratio.value / inTurns.cpu))))
  const isMiss = counts !== plainCounts || nearest > Math.log(1 + within)
  if (isMiss) misses++
  const both = (of: (loop: PlainLoop) => number) => loops.map(loop => of(loop).toFixed(3)).join(', ')
  return [
    model,
    tool,
    plainCounts,
    counts,
    `${ratio.value.toFixed(3)} [${ratio.lower.toFixed(3)}, ${ratio.upper.toFixed(3)}]${isMiss ? ' (miss)' : ''}`,
    medians.toFixed(3),
    both(({ inTurns }) => inTurns.clock),
    both(({ inTurns }) => inTurns.cpu),
    both(({ alternating }) => alternating.clock),
    both(({ alternating }) => alternating.cpu),
  ]
}

async function plainLoop(float: string, int8: string, data: string): Promise<PlainLoop> {
  const args = ['--import', 'tsx', here('loop.ts'), float, int8, data, String(loopSeconds)]
  const { stdout } = await execa(process.execPath, args)
  return JSON.parse(stdout) as PlainLoop
}

async function compare(float: string, int8: string, data: string) {
  const json = join(folder, 'evidence.json')
  await rm(json, { force: true })
  const args = [float, int8, '--clause', 'b fps >= a fps', '--calibration', data, '--json', json]
  const program = here('../../dist/cli/main.js')
  const more = ['--precision', '2%', '--budget', values.seconds]
  // A clause that does not hold is no failure here.
  await execa(process.execPath, [program, 'compare', ...args, ...more], { reject: false })
  const [evidence] = JSON.parse(await readFile(json, 'utf8')) as ContractEvidence[]
  const [outcome] = evidence!.outcomes
  if (!outcome || !('estimate' in outcome)) throw new Error('compare gave no verdict')
  const medians = outcome.details.find(({ of }) => of.includes('by medians'))!.value
  const { operators } = evidence!.engines.find(({ variant }) => variant === 'b')!
  return { counts: formatCounts(operators), ratio: outcome.estimate, medians }
}

function formatCounts(counts: Int8Counts): string {
  return Object.entries(counts)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([operator, { int8, total }]) => `${int8} of ${total} ${operator}`)
    .join(', ')
}
