import { visibleText } from '../visible-text.ts'
import type { ReportedRun } from './ci/reported-run.ts'
import { formatEngines } from './format-engines.ts'
import { formatSummary } from './format-summary.ts'
import { type PaintOptions, paint } from './paint.ts'

/** What came of a contract in a few lines, after what its clauses have said: engines, counts, what explains it. */
export function formatRun(run: ReportedRun, options: PaintOptions = {}): string {
  const { file, title, outcomes, failure, explain, ran } = run
  const name = title === file ? visibleText(file) : `${visibleText(title)} (${visibleText(file)})`
  return [
    `${paint('bold', 'quantract', options)}  ${name}`,
    ...(ran ? [formatEngines(ran.engines, options)] : []),
    ...(failure === undefined
      ? []
      : [`could not be run: ${failure.split('\n').map(visibleText).join('\n')}`]),
    ...(outcomes.length > 0 ? [formatSummary(outcomes)] : []),
    ...explain.map(command => visibleText(`why, layer by layer, and what to change: ${command}`)),
  ].join('\n')
}
