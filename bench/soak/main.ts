/**
 * Repeats check, compare and quantize, in this process and by the command line, with Ctrl-C, SIGTERM, SIGHUP and SIGKILL at
 * random moments among them. Prints what this process and the folders hold after each round of six runs, and exits with 1 if
 * any of it grows.
 *
 *     npm run soak -- [--runs 30] [--seed 1]
 *
 * Each round begins with an empty cache. A run that was interrupted is made once more, to its end. Linux only.
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../src/statistics/random.ts'
import { digits } from '../../test/support/digits.ts'
import { processesBelow } from './processes-below.ts'
import { grown, type Usage, usageOf } from './usage.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
})
const directory = await mkdtemp(join(tmpdir(), 'quantract-soak-'))
const [temporary, cache] = [join(directory, 'temporary'), join(directory, 'cache')]
await mkdir(temporary)
Object.assign(process.env, {
  TMPDIR: temporary,
  QUANTRACT_CACHE: cache,
  QUANTRACT_PACE: 'any',
  QUANTRACT_ALLOW: resolve('.'),
})
const built: string = resolve('dist/index.js')
const { loadContract, runContract, buildEngines } = (await import(
  built
)) as typeof import('../../src/index.ts')

const contract = join(directory, 'a.contract.json')
await writeFile(
  contract,
  JSON.stringify({
    title: 'soak',
    model: digits.fp32,
    data: {
      calibration: { npz: digits.calibration, limit: 8 },
      evaluation: { npz: digits.evaluation, limit: 40 },
    },
    variants: {
      fp32: { quantization: 'none' },
      int8: { quantization: 'explicit', placement: 'onnxruntime' },
    },
    budget: 1,
    clauses: ['int8 accuracy >= 1%', 'int8 fps >= 1% of fp32 fps'],
  }),
)
const comparison = {
  fp32: { quantization: 'none' },
  int8: { quantization: 'explicit', model: digits.explicit },
} as const
const implicit = { int8: { quantization: 'implicit' } } as const
const labelled = { model: digits.fp32, calibration: { npz: digits.calibration, limit: 8 }, seed: 1 }

/** What a user does, in this process; rejects if it is aborted. */
const here = {
  check: async (signal: AbortSignal) => void (await runContract(await loadContract(contract), { signal })),
  compare: async (signal: AbortSignal) =>
    void (await runContract(
      {
        title: 'two',
        spec: { ...labelled, variants: comparison, budgetSeconds: 1 },
        clauses: [],
        onInconclusive: 'fail',
      },
      { signal },
    )),
  quantize: async (signal: AbortSignal) =>
    void (await buildEngines({ ...labelled, variants: implicit, buildSeconds: 2 }, { signal })),
}

/** The same by the command line. */
const commands = {
  check: ['check', contract],
  compare: ['compare', digits.fp32, digits.explicit, '--budget', '1'],
  quantize: [
    'quantize',
    digits.fp32,
    '--to',
    'explicit',
    '--calibration',
    digits.calibration,
    '-o',
    join(directory, 'out.onnx'),
  ],
}

const random = seededRandom(Number(values.seed))
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const
type Ending = (typeof endings)[number]
const problems: string[] = []

/** Runs one thing in this process; aborts it after some ms. */
async function runHere(name: keyof typeof here, after?: number): Promise<void> {
  const controller = new AbortController()
  const timer = after === undefined ? undefined : globalThis.setTimeout(() => controller.abort(), after)
  await here[name](controller.signal).catch((error: unknown) => {
    if (!controller.signal.aborted) problems.push(`${name}: ${(error as Error).message}`)
  })
  globalThis.clearTimeout(timer)
}

/** Runs a command; ends it after some ms by a signal. */
async function runCommand(name: keyof typeof commands, after?: number, ending: Ending = 'SIGINT') {
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...commands[name]], { stdio: 'ignore' })
  const timer = after === undefined ? undefined : globalThis.setTimeout(() => child.kill(ending), after)
  const code = await new Promise<number | null>(ended => child.once('close', ended))
  globalThis.clearTimeout(timer)
  const expected = after === undefined ? [0, 1, 2] : [0, 1, 2, 130, ...(ending === 'SIGKILL' ? [null] : [])]
  if (!expected.includes(code)) problems.push(`quantract ${name} ended with ${code} by ${after && ending}`)
}

/** Hosts that wait for more work end by themselves. */
async function processesLeft(): Promise<number> {
  const end = performance.now() + 15_000
  const left = () => processesBelow(process.pid).filter(pid => !own.includes(pid)).length
  while (left() > 0 && performance.now() < end) await setTimeout(200)
  return left()
}

/** The compiler of this script. */
const own = processesBelow(process.pid)

const names = ['check', 'compare', 'quantize'] as const
/** How long each took when nobody interrupted it, in ms. */
const usual = new Map<string, number>()

async function timed(key: string, run: (after?: number) => Promise<void>): Promise<number> {
  let runs = 1
  const longest = usual.get(key)
  if (longest !== undefined && random() < 0.5) {
    await run(random() * longest)
    runs++
  }
  const start = performance.now()
  await run()
  usual.set(key, performance.now() - start)
  return runs
}

const rows: Usage[] = []
const start = performance.now()
let runs = 0
try {
  console.log(
    '| runs | minutes | memory, MB | handles | processes | temporary files | cache entries |\n|---|---|---|---|---|---|---|',
  )
  while (runs < Number(values.runs)) {
    await rm(cache, { recursive: true, force: true })
    for (const name of names) {
      runs += await timed(name, after => runHere(name, after))
      const ending = endings[Math.floor(random() * endings.length)]!
      runs += await timed(`quantract ${name}`, after => runCommand(name, after, ending))
    }
    const processes = await processesLeft()
    globalThis.gc?.()
    const row = usageOf(process.pid, processes, temporary, cache)
    rows.push(row)
    const minutes = ((performance.now() - start) / 60_000).toFixed(1)
    console.log(
      `| ${[runs, minutes, row.memory, row.handles, row.processes, row.temporary, row.cache].join(' | ')} |`,
    )
  }
  problems.push(...grown(rows))
  for (const problem of problems) console.error(problem)
  console.log(problems.length > 0 ? '\nnot flat' : '\nflat')
  process.exitCode = problems.length > 0 ? 1 : 0
} finally {
  await rm(directory, { recursive: true, force: true })
}
