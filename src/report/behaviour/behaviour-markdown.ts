import type { ClauseOutcome } from '../../contract/evidence.ts'
import { visibleText } from '../../visible-text.ts'
import { type ReportedRun, stateOf } from '../ci/reported-run.ts'
import { explainedMarkdown, explainedTitle } from '../explanation/explained-markdown.ts'
import { engineCells, engineHeader, engineNotes } from '../format-engines.ts'
import { formatEstimate } from '../format-estimate.ts'
import { machineLines } from '../format-header.ts'
import { formatSamples } from '../format-outcome.ts'
import { markdownTable, markdownText } from '../markdown.ts'
import { historyHeader, historyRows } from './history-rows.ts'

/** What models are expected to do, why, and how that was last measured: a page to keep beside them. */
export function behaviourMarkdown(runs: readonly ReportedRun[]): string {
  const sections = runs.map(run => section(run).join('\n\n'))
  return `${['# Expected quantization behaviour', 'Written by `quantract report`.', ...sections].join('\n\n')}\n`
}

function section(run: ReportedRun): string[] {
  const { title, file, outcomes, failure, ran, history = [] } = run
  return [
    `## ${markdownText(title)}`,
    `\`${visibleText(file)}\`${measuredAt(run)}`,
    ...(failure === undefined ? [] : [`Could not be run: ${markdownText(failure.split('\n')[0]!)}`]),
    ...(outcomes.length > 0
      ? [markdownTable(['promised', 'because', 'last found', 'verdict'], outcomes.map(promise))]
      : []),
    ...(ran
      ? [
          markdownTable(engineHeader, ran.engines.map(engineCells)),
          ...(engineNotes(ran.engines).length > 0
            ? [
                engineNotes(ran.engines)
                  .map(note => `- ${markdownText(note)}`)
                  .join('\n'),
              ]
            : []),
          machineLines(ran).map(markdownText).join('<br>'),
        ]
      : []),
    ...(ran?.explanations ?? []).flatMap(record => [
      `### ${markdownText(explainedTitle(record))}`,
      explainedMarkdown(record),
    ]),
    ...(history.length > 0 ? [markdownTable(historyHeader, historyRows(history))] : []),
  ]
}

/** @example `, measured on 2026-11-29` */
export function measuredAt({ startedAt }: ReportedRun): string {
  return startedAt === undefined ? '' : `, measured on ${startedAt.slice(0, 10)}`
}

function promise(outcome: ClauseOutcome): string[] {
  const found =
    'error' in outcome
      ? outcome.error.split('\n')[0]!
      : `${formatEstimate(outcome.estimate)}, ${formatSamples(outcome.samples)}`
  const state = stateOf(outcome)
  const clause = `\`${visibleText(outcome.clause).replaceAll('`', "'")}\``
  return [clause, outcome.because ?? '', found, state === 'error' ? 'cannot be evaluated' : state]
}
