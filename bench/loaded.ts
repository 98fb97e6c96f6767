/**
 * Verdicts on a machine that does other things as well: clauses about engines of which the truth is known, beside 0, 1, 2
 * and 4 busy processes, pinned to the CPU of the engines and not. Prints false verdicts, how often intervals hold the ratio
 * of the quiet machine, the share decided and seconds. Exits with 1 if a limit is missed.
 *
 *     npm run bench:loaded [runs]      runs of each clause at each load, 100 by default, which take hours
 *
 * The ratio and the p99 that are taken for true are those of the quiet machine, measured first: start it on one.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { buildEngines } from '../src/builder/build-engines.ts'
import { parseClause } from '../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../src/contract/evaluate-clause.ts'
import type { Estimate } from '../src/contract/evidence.ts'

const runs = Number(process.argv[2] ?? 100)
const example = (file: string) =>
  fileURLToPath(new URL(`../examples/pytorch-digits/${file}`, import.meta.url))
const variants = {
  fp32: { quantization: 'none' },
  same: { quantization: 'none' },
  qdq: { quantization: 'explicit', model: example('digits.qdq.onnx') },
} as const
const spec = { model: example('digits.onnx'), evaluation: example('data/evaluation.npz'), variants }
const names = Object.keys(variants)

const evaluate = async (text: string, seed: number, budgetSeconds = 10) =>
  evaluateClause(parseClause(text, { variants: names }), await buildEngines({ ...spec, seed, budgetSeconds }))

const estimateOf = (outcome: object) => (outcome as { estimate: Estimate }).estimate

/** Keeps CPUs busy until it is told to stop. */
function load(processes: number, pinned: boolean): () => void {
  const prefix = pinned ? ['taskset', '-c', String(availableParallelism() - 1)] : []
  const busy = Array.from({ length: processes }, () => {
    const [program, ...args] = [...prefix, process.execPath, '-e', 'for(;;);']
    return spawn(program!, args, { stdio: 'ignore' })
  })
  const stop = () => {
    for (const each of busy) each.kill('SIGKILL')
  }
  process.once('exit', stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  return stop
}

console.error('the quiet machine')
const quiet = estimateOf(await evaluate('fp32 fps >= 0.1x qdq fps', 1, 60)).value
const p99 = estimateOf(await evaluate('fp32 p99 latency <= 10 s', 1, 60)).value
const clauses = [
  { text: 'same fps >= fp32 fps', never: 'violated', truth: 1, what: 'an engine against itself' },
  {
    text: `fp32 fps >= ${(0.9 * quiet).toFixed(4)}x qdq fps`,
    never: 'violated',
    truth: quiet,
    what: 'known ratio, 10% below',
  },
  { text: `fp32 p99 latency <= ${(3 * p99).toFixed(5)} ms`, never: 'violated', what: '3 x the quiet p99' },
  { text: `fp32 p99 latency <= ${(p99 / 2).toFixed(5)} ms`, never: 'upheld', what: 'half of the quiet p99' },
] as const
console.log(
  `quiet: fp32 fps / qdq fps ${quiet.toFixed(3)}, p99 of fp32 ${p99.toFixed(4)} ms; ${runs} runs each\n`,
)
console.log(
  '| busy processes | clause | upheld | violated | inconclusive | interval holds the quiet ratio | seconds |',
)
console.log('|---|---|---|---|---|---|---|')
let failed = false
for (const [processes, pinned] of [
  [0, false],
  [1, false],
  [2, false],
  [4, false],
  [1, true],
  [2, true],
] as const) {
  const stop = load(processes, pinned)
  for (const { text, never, what, ...clause } of clauses) {
    const counts = { upheld: 0, violated: 0, inconclusive: 0 }
    let [holds, seconds] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const start = performance.now()
      const outcome = await evaluate(text, run + 1)
      seconds += (performance.now() - start) / 1000
      counts[outcome.verdict]++
      const { lower, upper } = outcome.estimate
      if ('truth' in clause && lower <= clause.truth && clause.truth <= upper) holds++
    }
    const share = 'truth' in clause ? `${holds} of ${runs}` : ''
    console.log(
      `| ${processes}${pinned ? ', on the CPU of the engines' : ''} | ${what} | ${counts.upheld} | ${counts.violated} | ${counts.inconclusive} | ${share} | ${(seconds / runs).toFixed(1)} |`,
    )
    failed ||= counts[never] > 0 || ('truth' in clause && clause.truth !== 1 && holds < 0.9 * runs)
  }
  stop()
}
process.exitCode = failed ? 1 : 0
