/**
 * Implicit against explicit over models and batches: one table, and the evidence in survey.json. Models whose batch is fixed
 * say so at the others. Engines come from the cache where they were built before, so an interrupted survey goes on.
 *
 *     node --import tsx bench/gpu/survey.ts [batches, e.g. 1,32] [seconds a clause] [model...]
 *
 * A minute or two of builds per model and batch.
 */
import { writeFileSync } from 'node:fs'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { planSurvey } from '../../src/contract/survey/plan-survey.ts'
import { runSurvey } from '../../src/contract/survey/run-survey.ts'
import type { SurveyCell } from '../../src/contract/survey/survey-cell.ts'
import { formatSurvey } from '../../src/report/survey/format-survey.ts'
import { gpuSpec, type ModelName, modelNames } from './models.ts'

const [batches = '1,32', seconds = '10', ...chosen] = process.argv.slice(2)
const names = { variants: ['fp32', 'implicit', 'explicit'] }
const contracts = (chosen.length > 0 ? (chosen as ModelName[]) : modelNames).map(name => {
  const spec = gpuSpec(name, {}, Number(seconds))
  const texts = ['implicit fps >= explicit fps', ...('evaluation' in spec ? ['accuracy gap < 2%'] : [])]
  return {
    title: name,
    spec,
    clauses: texts.map(text => parseClause(text, names)),
    onInconclusive: 'fail',
  } as const
})
const targets = batches.split(',').map(batch => ({ batch: Number(batch) }))
const cells: SurveyCell[] = []
await runSurvey(await planSurvey(contracts, targets), {
  onProgress: line => console.error(line),
  onCell: cell => {
    cells.push(cell)
    console.log(formatSurvey([cell]))
    writeFileSync('survey.json', JSON.stringify(cells))
  },
})
console.log(`\n${formatSurvey(cells)}`)
for (const cell of cells) {
  if (!('evidence' in cell)) continue
  for (const outcome of cell.evidence.outcomes) {
    if ('error' in outcome || outcome.estimate.unit !== 'x') continue
    const { value, lower, upper } = outcome.estimate
    console.log(
      `${cell.title}, batch ${cell.target.batch}: implicit / explicit fps ${value.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}], ${outcome.verdict}`,
    )
  }
}
