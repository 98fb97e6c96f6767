/**
 * The same engine against itself: how often does quantract raise a false alarm, and how long does it take?
 *
 *     npm run bench:a-over-a [runs]
 *
 * Exits with 1 if a run is violated.
 */
import { buildEngines } from '../src/builder/build-engines.ts'
import { parseClause } from '../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../src/contract/evaluate-clause.ts'

const runs = Number(process.argv[2] ?? 20)
const example = 'examples/pytorch-digits'
const explicit = { quantization: 'explicit', model: `${example}/digits.qdq.onnx` } as const
const text = 'a fps >= b fps within 1%'

console.log(`${text}: one explicit engine as two variants, ${runs} runs\n`)
console.log('run  verdict       ratio  95% interval       blocks  seconds')
const counts = { upheld: 0, violated: 0, inconclusive: 0 }
for (let run = 1; run <= runs; run++) {
  const engines = await buildEngines({
    model: `${example}/digits.onnx`,
    evaluation: `${example}/data/evaluation.npz`,
    variants: { a: explicit, b: explicit },
    seed: run,
  })
  const clause = parseClause(text, { variants: ['a', 'b'] })
  const { verdict, estimate, samples, seconds } = await evaluateClause(clause, engines)
  counts[verdict]++
  const interval = `[${estimate.lower.toFixed(4)}, ${estimate.upper.toFixed(4)}]`
  console.log(
    `${String(run).padStart(3)}  ${verdict.padEnd(12)} ${estimate.value.toFixed(4)}  ${interval.padEnd(18)} ${String(samples.count).padStart(6)} ${seconds.toFixed(1).padStart(8)}`,
  )
}
console.log(
  `\n${counts.upheld} upheld, ${counts.inconclusive} inconclusive, ${counts.violated} violated of ${runs}`,
)
process.exitCode = counts.violated > 0 ? 1 : 0
