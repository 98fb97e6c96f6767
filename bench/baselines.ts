/**
 * An engine against its own baseline of some minutes ago: how often is it called slower, and how much slack does it take?
 *
 *     npm run bench:baselines [runs] [budget in seconds]
 *
 * Exits with 1 if a run is violated.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEngines } from '../src/builder/build-engines.ts'
import { openBaselines } from '../src/contract/baselines/baselines.ts'
import { parseClause } from '../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../src/contract/evaluate-clause.ts'

const [runs = 10, budgetSeconds = 30] = process.argv.slice(2).map(Number)
const example = 'examples/pytorch-digits'
const folder = await mkdtemp(join(tmpdir(), 'quantract-baselines-'))
const engines = await buildEngines({
  model: `${example}/digits.onnx`,
  evaluation: `${example}/data/evaluation.npz`,
  variants: { a: { quantization: 'explicit', model: `${example}/digits.qdq.onnx` } },
  budgetSeconds,
})
const counts = { upheld: 0, violated: 0, inconclusive: 0 }
const texts = ['a fps >= baseline', 'a fps >= 95% of baseline', 'a fps >= 80% of baseline']
try {
  console.log(`one engine against its baseline of the run before, ${runs} runs\n`)
  for (let run = 0; run <= runs; run++) {
    const text = texts[run % texts.length]!
    const clause = parseClause(run === 0 ? texts[0]! : text, { variants: ['a'] })
    const source = join(folder, `${run === 0 ? 0 : run - 1}.contract.json`)
    // Each run is held against the one before, which is stored first.
    const { verdict, estimate, details, reason } = await evaluateClause(clause, engines, {
      baselines: openBaselines(source, 'new'),
    })
    const next = parseClause('a fps >= baseline', { variants: ['a'] })
    await evaluateClause(next, engines, {
      baselines: openBaselines(join(folder, `${run}.contract.json`), 'all'),
    })
    if (run === 0) continue
    counts[verdict]++
    const stored = details.find(({ of }) => of.includes('baseline of'))!
    const shown = [stored, estimate].map(
      ({ value, lower, upper }) => `${value.toFixed(0)} [${lower.toFixed(0)}, ${upper.toFixed(0)}]`,
    )
    console.log(`${clause.text.padEnd(26)} ${verdict.padEnd(12)} ${shown.join(' then, ')} now; ${reason}`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(
  `\n${counts.upheld} upheld, ${counts.inconclusive} inconclusive, ${counts.violated} violated of ${runs}`,
)
process.exitCode = counts.violated > 0 ? 1 : 0
