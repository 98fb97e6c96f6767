import type { ClauseOutcome } from '../../contract/evidence.ts'
import { visibleText } from '../../visible-text.ts'
import { explainedMarkdown, explainedTitle } from '../explanation/explained-markdown.ts'
import { engineCells, engineHeader, engineNotes } from '../format-engines.ts'
import { formatEstimate } from '../format-estimate.ts'
import { machineLines } from '../format-header.ts'
import { formatSamples } from '../format-outcome.ts'
import { formatSummary } from '../format-summary.ts'
import { markdownTable, markdownText } from '../markdown.ts'
import { type OutcomeState, type ReportedRun, stateOf } from './reported-run.ts'

const signs: Readonly<Record<OutcomeState, string>> = {
  upheld: '✅ upheld',
  violated: '❌ violated',
  inconclusive: '❔ inconclusive',
  error: '❗ cannot be evaluated',
}

/** What contracts came to, as Markdown: for the summary of a job, or a comment under a pull request. */
export function stepSummary(runs: readonly ReportedRun[]): string {
  const sections = runs.map(run => section(run).join('\n\n'))
  return `${['## quantract', ...sections].join('\n\n')}\n`
}

function section(run: ReportedRun): string[] {
  const { title, file, outcomes, failure, explain, ran } = run
  const why = explain.map(line => `- Why, layer by layer, and what to change: \`${visibleText(line)}\``)
  return [
    `### ${markdownText(title)}`,
    ...(failure === undefined ? [] : [`**Could not be run to its end:**\n\n${quoted(failure)}`]),
    ...(outcomes.length > 0
      ? [`${formatSummary(outcomes)} (\`${visibleText(file)}\`)`, outcomesTable(outcomes)]
      : []),
    ...(why.length > 0 ? [why.join('\n')] : []),
    ...(ran?.explanations ?? []).map(record =>
      folded(markdownText(explainedTitle(record)), explainedMarkdown(record)),
    ),
    ...(ran ? [enginesOf(ran)] : []),
  ]
}

function outcomesTable(outcomes: readonly ClauseOutcome[]): string {
  return markdownTable(
    ['verdict', 'clause', 'found', 'why it stands there'],
    outcomes.map(outcome => [
      signs[stateOf(outcome)],
      `\`${visibleText(outcome.clause).replaceAll('`', "'")}\``,
      found(outcome),
      outcome.because ?? '',
    ]),
  )
}

function found(outcome: ClauseOutcome): string {
  if ('error' in outcome) return outcome.error.split('\n').join('; ')
  const { estimate, samples, verdict, reason, advice } = outcome
  const sentences =
    verdict === 'upheld' ? [] : [reason, ...(advice === undefined ? [] : [`to decide it: ${advice}`])]
  const measured = `${estimate.of}: ${formatEstimate(estimate)}, ${formatSamples(samples)}`
  return [measured, ...sentences].join('; ')
}

function enginesOf(ran: NonNullable<ReportedRun['ran']>): string {
  const notes = engineNotes(ran.engines).map(note => `- ${markdownText(note)}`)
  const table = markdownTable(engineHeader, ran.engines.map(engineCells))
  const machine = machineLines(ran).map(markdownText).join('<br>')
  return folded(
    'Engines and machine',
    [table, ...(notes.length > 0 ? [notes.join('\n')] : []), machine].join('\n\n'),
  )
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}

function quoted(text: string): string {
  const lines = text.split('\n').map(visibleText)
  return ['```text', ...lines.map(line => line.replaceAll('```', "'''")), '```'].join('\n')
}
