import { formatTarget } from '../../backends/format-target.ts'
import type { AccuracyAsked } from '../../contract/survey/survey-answer.ts'
import { surveyAnswer } from '../../contract/survey/survey-answer.ts'
import type { SurveyCell } from '../../contract/survey/survey-cell.ts'
import { visibleText } from '../../visible-text.ts'
import { formatTable } from '../format-table.ts'
import { answerLines, clausesOf, floatOf, formCells, missingLines, surveyHeader } from './survey-rows.ts'

/**
 * A survey for the terminal: a row for every form of every cell, what became of clauses, why something is missing, and the
 * answer.
 */
export function formatSurvey(cells: readonly SurveyCell[], asked?: AccuracyAsked): string {
  const answer = surveyAnswer(cells, asked)
  const rows = answer.cells.flatMap(({ title, target, forms }) =>
    forms.map(form => [title, target, ...formCells(form, floatOf(forms))]),
  )
  const clauses = cells.flatMap(cell => {
    const found = clausesOf(cell)
    return found === '' ? [] : [visibleText(`${cell.title}, ${formatTarget(cell.target)}: ${found}`)]
  })
  return [
    ...(rows.length > 0 ? [...formatTable([['model', 'target', ...surveyHeader], ...rows]), ''] : []),
    ...clauses,
    ...missingLines(cells).map(visibleText),
    ...answerLines(answer).map(visibleText),
  ].join('\n')
}
