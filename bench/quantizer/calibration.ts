/**
 * How long calibration by `entropy` takes and how much memory, beside the Entropy calibrator of ONNX Runtime's Python
 * quantizer on the same samples, on every float model for which there is data.
 *
 *     npm run bench:calibration [model...]
 *
 * Needs the models where QUANTRACT_SHARED says and a Python with onnxruntime, onnx and numpy (QUANTRACT_PYTHON, default
 * python3). Times are medians of three runs in turns. With all models the table goes to docs/calibration.md.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { median } from 'simple-statistics'
import { build } from 'vite'
import { environment } from '../../src/engine/environment.ts'
import { shared } from '../../test/support/shared.ts'
import { calibrationData } from './calibration-data.ts'
import { writeSamples } from './write-samples.ts'

interface Cost {
  readonly seconds: number
  /** Seconds from the start to the end of the process, with all that it loads. */
  readonly whole: number
  /** Bytes. */
  readonly peak: number
}

const samples = 100
const rounds = 3
const [few, many] = [50, 1000]

const given = process.argv.slice(2)
const sources = Object.entries(calibrationData(shared('models', 'eval')))
const chosen = sources.filter(([name]) => given.length === 0 || given.includes(name))
const calibrateOnce = await built('calibrate-once')
const directory = await mkdtemp(join(tmpdir(), 'quantract-calibration-'))
const rows: string[] = []
const ratios: number[] = []
try {
  for (const [name, source] of chosen) {
    const model = shared('models', `${name}.onnx`)
    if (!existsSync(model)) {
      console.log(`${model} is not there: set QUANTRACT_SHARED to the folder that holds it`)
      continue
    }
    const npy = join(directory, 'data.npy')
    await writeSamples(npy, source, many)
    const ours: Cost[] = []
    const python: Cost[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await cost(process.execPath, calibrateOnce, model, npy, samples))
      python.push(
        await cost(process.env.QUANTRACT_PYTHON ?? 'python3', 'calibrate_once.py', model, npy, samples),
      )
    }
    const [atFew, atMany] = [
      await cost(process.execPath, calibrateOnce, model, npy, few),
      await cost(process.execPath, calibrateOnce, model, npy, many),
    ]
    const typical = (costs: readonly Cost[], of: keyof Cost) => median(costs.map(cost => cost[of]))
    const [our, their] = [typical(ours, 'seconds'), typical(python, 'seconds')]
    ratios.push(their / our)
    const cells = [
      name,
      our.toFixed(2),
      their.toFixed(2),
      `${(their / our).toFixed(1)}x`,
      typical(ours, 'whole').toFixed(2),
      typical(python, 'whole').toFixed(2),
      megabytes(atFew.peak),
      megabytes(atMany.peak),
      megabytes(typical(python, 'peak')),
    ]
    rows.push(`| ${cells.join(' | ')} |`)
    console.log(cells.join('  '))
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
console.log(`geometric mean ${mean.toFixed(1)}x, smallest ${Math.min(...ratios).toFixed(1)}x`)
if (given.length === 0) await writeTable()

async function cost(
  program: string,
  script: string,
  model: string,
  npy: string,
  count: number,
): Promise<Cost> {
  const start = performance.now()
  const { stdout } = await execa(program, [resolve(import.meta.dirname, script), model, npy, String(count)])
  const whole = (performance.now() - start) / 1000
  // The calibrator prints what it does.
  return { ...(JSON.parse(stdout.trim().split('\n').at(-1)!) as Omit<Cost, 'whole'>), whole }
}

/** Path of a program of this folder, built as the package is. */
async function built(name: string): Promise<string> {
  const outDir = resolve('dist/bench')
  await build({
    configFile: 'build.config.ts',
    logLevel: 'warn',
    build: {
      outDir,
      license: false,
      rolldownOptions: { input: { [name]: join(import.meta.dirname, `${name}.ts`) } },
    },
  })
  return join(outDir, `${name}.js`)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

async function writeTable(): Promise<void> {
  const { cpu, cores, node, onnxruntime } = environment()
  const path = join(import.meta.dirname, '../../docs/calibration.md')
  const text = await readFile(path, 'utf8')
  const table = [
    `${cpu}, ${cores} CPUs, Node.js ${node}, ONNX Runtime ${onnxruntime}. Geometric mean ${mean.toFixed(1)}x.`,
    '',
    `| model | quantract, s | Python, s | ratio | whole process, s | Python's, s | peak at ${few} samples | at ${many} | Python's at ${samples} |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
  await writeFile(path, text.replace(/(<!-- table -->\n)[\s\S]*?(\n<!-- end -->)/, `$1${table}$2`))
}
