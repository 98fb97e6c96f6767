import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinPrefix } from '../../src/engine/pin.ts'
import type { Probe, ProbeJob } from './probe.ts'
import { type CommandRun, runCommand } from './run-command.ts'
import type { Photo } from './samples/photos.ts'
import type { Job } from './worker.ts'

/** What all subjects are worked on with. */
export interface Tools {
  /** For this subject alone; gone afterwards. */
  readonly folder: string
  readonly timeout: number
  /** For models that see. */
  readonly photos: readonly Photo[]
  /** Seconds that one loop of times takes. */
  readonly timingSeconds: number
  readonly placements: readonly string[]
  readonly variants: readonly string[]
  /** Further commands: `compare`, `explain`. */
  readonly commands: readonly string[]
  readonly abort: AbortSignal
  readonly onProgress: (line: string) => void
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Gives a subject a folder of its own for a while. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'strangers-'))
  try {
    return await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs the command line of quantract as it is built, with a cache of its own so that seconds are those of a first build. */
export function quantract(
  args: readonly string[],
  { folder, timeout, abort, onProgress }: Tools,
): Promise<CommandRun> {
  onProgress(`quantract ${args.join(' ')}`)
  const env = { ...process.env, QUANTRACT_CACHE: join(folder, `cache-${args[0]}`), NO_COLOR: '1' }
  const program = here('../../dist/cli/main.js')
  return runCommand([process.execPath, program, ...args], { timeout, abort, env })
}

/** Does a job in a process of its own. Throws with the reason where that process does not end well. */
export async function inWorker<T>(job: Job, { folder, timeout, abort }: Tools): Promise<T> {
  const [from, to] = [join(folder, 'job.json'), join(folder, 'result.json')]
  await writeFile(from, JSON.stringify(job))
  await rm(to, { force: true })
  const pin = job.job === 'timing' ? ((await pinPrefix(1))?.prefix ?? []) : []
  const command = [...pin, process.execPath, '--import', 'tsx', here('worker.ts'), from, to]
  const run = await runCommand(command, { timeout, abort })
  if (run.code !== 0) throw new Error(whyFailed(run))
  return JSON.parse(await readFile(to, 'utf8')) as T
}

export async function probeModel(job: Omit<ProbeJob, 'job'>, tools: Tools): Promise<Probe> {
  try {
    return await inWorker<Probe>({ job: 'probe', ...job }, tools)
  } catch (error) {
    return { inputs: [], failure: (error as Error).message, answers: 'finite' }
  }
}

/** ONNX Runtime's own quantizer in Python: QUANTRACT_PYTHON, with the packages onnxruntime and onnx. */
export async function pythonQuantizer(
  { model, calibration, out }: { model: string; calibration: string; out: string },
  { timeout, abort, onProgress }: Tools,
): Promise<string | undefined> {
  onProgress('the Python quantizer')
  const command = [
    process.env.QUANTRACT_PYTHON ?? 'python3',
    here('python_quantizer.py'),
    model,
    calibration,
    out,
  ]
  const run = await runCommand(command, { timeout, abort }).catch((error: Error) => error.message)
  if (typeof run === 'string') return run
  return run.code === 0 ? undefined : whyFailed(run)
}

function whyFailed({ timedOut, signal, stderr }: CommandRun): string {
  if (timedOut) return 'did not end in time'
  if (signal !== undefined) return `ended by ${signal}`
  const lines = stderr.trim().split('\n')
  const error = lines.findLast(line =>
    /^\w*(Error|Exception|Fail)\w*:|^[\w.]+(Error|Fail|Exception|Graph)\b/.test(line),
  )
  return (error ?? lines.at(-1) ?? '').slice(0, 300)
}
