/**
 * Verdicts on a machine that does other things as well: clauses about engines of which the truth is known, beside 0, 1, 2
 * and 4 busy processes, pinned to the CPU of the engines (`p`) and not. Prints false verdicts, how often intervals hold the
 * ratio of the quiet machine, the share decided and seconds. Exits with 1 if a limit is missed.
 *
 *     npm run bench:loaded -- [--runs 100] [--absolute-runs 50] [--loads 0,1,2,4,1p,2p] [--first-seed 1]
 *         [--ratio R --p99 MS] [--out FILE]
 *
 * All loads with 100 and 50 runs take hours. Each load, or a part of its runs, can run by itself on a pair of CPUs of its own:
 *
 *     taskset -c 0,1 npx tsx bench/loaded.ts --loads 1 --runs 50 --first-seed 51 --out loaded-1.md
 *
 * The ratio and the p99 that are taken for true are those of the quiet machine: they are measured first, unless they are
 * given. Runs of the clauses take turns, so that what is in FILE after any run is a fair part of the whole.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildEngines } from '../src/builder/build-engines.ts'
import { parseClause } from '../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../src/contract/evaluate-clause.ts'
import type { Estimate } from '../src/contract/evidence.ts'
import { pinPrefix } from '../src/engine/pin.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    'absolute-runs': { type: 'string' },
    loads: { type: 'string', default: '0,1,2,4,1p,2p' },
    'first-seed': { type: 'string', default: '1' },
    ratio: { type: 'string' },
    p99: { type: 'string' },
    out: { type: 'string' },
  },
})
const runs = Number(values.runs)
const firstSeed = Number(values['first-seed'])
const absoluteRuns = Number(values['absolute-runs'] ?? Math.ceil(runs / 2))
const loads = values.loads.split(',').map(word => {
  const [, processes, pinned] = /^(\d+)(p?)$/.exec(word) ?? []
  if (processes === undefined) throw new RangeError(`--loads: \`${word}\` is no count of processes, 1 or 1p`)
  return { processes: Number(processes), pinned: pinned === 'p' }
})
const [budgetSeconds, leastDecided, leastHeld] = [10, 0.8, 0.9]

const example = (file: string) =>
  fileURLToPath(new URL(`../examples/pytorch-digits/${file}`, import.meta.url))
const variants = {
  fp32: { quantization: 'none' },
  same: { quantization: 'none' },
  qdq: { quantization: 'explicit', model: example('digits.qdq.onnx') },
} as const
const spec = { model: example('digits.onnx'), evaluation: example('data/evaluation.npz'), variants }
const names = Object.keys(variants)

const evaluate = async (text: string, seed: number, budget = budgetSeconds) =>
  evaluateClause(
    parseClause(text, { variants: names }),
    await buildEngines({ ...spec, seed, budgetSeconds: budget }),
  )
const estimateOf = (outcome: object) => (outcome as { estimate: Estimate }).estimate

/** Keeps CPUs busy until it is told to stop. */
function load(processes: number, prefix: readonly string[]): () => void {
  const busy = Array.from({ length: processes }, () => {
    const [program, ...args] = [...prefix, process.execPath, '-e', 'for(;;);']
    return spawn(program!, args, { stdio: 'ignore' })
  })
  const stop = () => {
    for (const each of busy) each.kill('SIGKILL')
  }
  process.once('exit', stop)
  return stop
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const pin = await pinPrefix(1)
if (!pin && loads.some(({ pinned }) => pinned))
  throw new Error('nothing can be pinned: no `taskset`, or one CPU alone; leave the loads with p out')
if (!values.ratio || !values.p99) console.error('the quiet machine, up to 80 s')
const quiet = Number(
  values.ratio ?? estimateOf(await evaluate('fp32 fps >= 0.1x qdq fps within 0.1%', 1, 60)).value,
)
const p99 = Number(values.p99 ?? estimateOf(await evaluate('fp32 p99 latency <= 10 s', 1, 60)).value)

interface Row {
  readonly text: string
  readonly what: string
  readonly never: 'upheld' | 'violated'
  readonly runs: number
  readonly truth?: number
  readonly counts: Record<'upheld' | 'violated' | 'inconclusive', number>
  holds: number
  seconds: number
}
const rowsOf = (): Row[] =>
  (
    [
      { text: 'same fps >= fp32 fps', never: 'violated', truth: 1, what: 'an engine against itself' },
      {
        text: `fp32 fps >= ${(0.9 * quiet).toFixed(4)}x qdq fps`,
        never: 'violated',
        truth: quiet,
        what: 'known ratio, 10% below',
      },
      {
        text: `fp32 p99 latency <= ${(3 * p99).toFixed(5)} ms`,
        never: 'violated',
        what: '3 x the quiet p99',
      },
      { text: `fp32 p99 latency <= ${(p99 / 2).toFixed(5)} ms`, never: 'upheld', what: 'half the quiet p99' },
    ] as const
  ).map(row => ({
    ...row,
    runs: 'truth' in row ? runs : absoluteRuns,
    counts: { upheld: 0, violated: 0, inconclusive: 0 },
    holds: 0,
    seconds: 0,
  }))
const table = loads.map(each => ({ ...each, rows: rowsOf() }))
const made = ({ counts }: Row) => counts.upheld + counts.violated + counts.inconclusive
const allRows = () => table.flatMap(({ rows }) => rows)

function format(): string {
  const lines = table.flatMap(({ processes, pinned, rows }) =>
    rows.filter(made).map(row => {
      const { upheld, violated, inconclusive } = row.counts
      const held = row.truth === undefined ? '' : `${row.holds} of ${made(row)}`
      const of = made(row) < row.runs ? `${made(row)} of ${row.runs}` : row.runs
      const place = `${processes}${pinned ? ', on the CPU of the engines' : ''}`
      return `| ${[place, row.what, of, upheld, violated, inconclusive, held, (row.seconds / made(row)).toFixed(1)].join(' | ')} |`
    }),
  )
  return [
    `quiet: fp32 fps / qdq fps ${quiet.toFixed(4)}, p99 of fp32 ${p99.toFixed(5)} ms; budget ${budgetSeconds} s; CPU of the engines: ${pin?.cpus ?? 'any'}`,
    '',
    '| busy processes | clause | runs | upheld | violated | inconclusive | interval holds the quiet ratio | seconds |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

const started = performance.now()
/** Said on the way: how far it is, and how long the rest takes if it goes on like this. */
function progress(): void {
  const [done, all] = [allRows().map(made), allRows().map(row => row.runs)].map(counts =>
    counts.reduce((a, b) => a + b, 0),
  ) as [number, number]
  const minutes = (performance.now() - started) / 60_000
  console.error(
    `${done} of ${all} runs, ${minutes.toFixed(1)} min, about ${((minutes / done) * (all - done)).toFixed(0)} min to go`,
  )
}

for (const { processes, pinned, rows } of table) {
  const stop = load(processes, pinned ? pin!.prefix : [])
  for (let run = 0; run < Math.max(runs, absoluteRuns); run++) {
    for (const row of rows) {
      if (run >= row.runs) continue
      const start = performance.now()
      const outcome = await evaluate(row.text, firstSeed + run)
      row.seconds += (performance.now() - start) / 1000
      row.counts[outcome.verdict]++
      const { lower, upper } = estimateOf(outcome)
      if (row.truth !== undefined && lower <= row.truth && row.truth <= upper) row.holds++
      if (values.out) writeFileSync(values.out, format())
    }
    if (run === 0 || (run + 1) % 5 === 0) progress()
  }
  stop()
  // With several loads, what is known so far.
  if (table.length > 1) console.error(format())
}
console.log(format())

const misses = table.flatMap(({ processes, pinned, rows }) => {
  const share = (count: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + count(row), 0) / rows.reduce((sum, row) => sum + made(row), 0)
  const decided = share(({ counts }) => counts.upheld + counts.violated)
  console.log(`${processes}${pinned ? 'p' : ''}: ${(100 * decided).toFixed(0)}% decided`)
  return [
    ...rows
      .filter(({ counts, never }) => counts[never] > 0)
      .map(({ text, never }) => `${text}: ${never} beside ${processes}`),
    ...rows
      .filter(row => row.truth !== undefined && row.holds < leastHeld * made(row))
      .map(({ text }) => `${text}: intervals do not hold the ratio beside ${processes}`),
    ...(processes === 1 && !pinned && decided < leastDecided ? ['too few decided beside one process'] : []),
  ]
})
for (const miss of misses) console.log(`missed: ${miss}`)
process.exitCode = misses.length > 0 ? 1 : 0
