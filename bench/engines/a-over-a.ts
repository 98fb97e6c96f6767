/**
 * An engine against itself in two processes that take turns: how often is that a false alarm?
 *
 *     QUANTRACT_PYTHON=venv/bin/python npm run bench:two-hosts [runs]
 *
 * Half of the runs have ONNX Runtime in both processes, half OpenVINO. Exits with 1 if one is violated.
 */
import type { GivenTarget } from '../../src/backends/backends.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../src/contract/evaluate-clause.ts'

const runs = Number(process.argv[2] ?? 50)
const example = 'examples/pytorch-digits'
const text = 'a fps >= b fps within 1%'

/** Targets that mean the same and are not equal: a process each. */
const pairs: readonly [GivenTarget, GivenTarget][] = [
  [
    { backend: 'onnxruntime' },
    { backend: 'onnxruntime', session: { config: { 'session.set_denormal_as_zero': '0' } } },
  ],
  [{ backend: 'openvino' }, { backend: 'openvino', config: { LOG_LEVEL: 'LOG_NONE' } }],
]

console.log(`${text}: one float engine in two processes, ${runs} runs\n`)
console.log('run  runtime      verdict       ratio  95% interval       blocks  seconds')
const counts = { upheld: 0, violated: 0, inconclusive: 0 }
const ratios: number[] = []
const reasons = new Map<string, number>()
for (let run = 1; run <= runs; run++) {
  const [one, two] = pairs[run % pairs.length]!
  const engines = await buildEngines({
    model: `${example}/digits.onnx`,
    evaluation: `${example}/data/evaluation.npz`,
    variants: { a: { quantization: 'none' }, b: { quantization: 'none', target: two } },
    target: one,
    seed: run,
    budgetSeconds: 10,
  })
  const clause = parseClause(text, { variants: ['a', 'b'] })
  const { verdict, estimate, samples, seconds, reason } = await evaluateClause(clause, engines)
  counts[verdict]++
  ratios.push(estimate.value)
  // Figures apart: how often each reason is given.
  const why = reason.replaceAll(/\d[\d.]*/g, '#')
  if (verdict === 'inconclusive') reasons.set(why, (reasons.get(why) ?? 0) + 1)
  const interval = `[${estimate.lower.toFixed(4)}, ${estimate.upper.toFixed(4)}]`
  console.log(
    `${String(run).padStart(3)}  ${one.backend!.padEnd(11)}  ${verdict.padEnd(12)} ${estimate.value.toFixed(4)}  ${interval.padEnd(18)} ${String(samples.count).padStart(6)} ${seconds.toFixed(1).padStart(8)}`,
  )
}
const spread = Math.sqrt(ratios.reduce((sum, ratio) => sum + Math.log(ratio) ** 2, 0) / ratios.length)
console.log(
  `\n${counts.upheld} upheld, ${counts.inconclusive} inconclusive, ${counts.violated} violated of ${runs}; the ratio is off by ${(100 * spread).toFixed(2)}% (root mean square)`,
)
for (const [reason, count] of reasons) console.log(`inconclusive ${count} times: ${reason}`)
process.exitCode = counts.violated > 0 ? 1 : 0
