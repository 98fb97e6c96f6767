import type { AccuracyAsked } from '../../contract/survey/survey-answer.ts'
import { surveyAnswer } from '../../contract/survey/survey-answer.ts'
import type { SurveyCell } from '../../contract/survey/survey-cell.ts'
import { markdownTable, markdownText } from '../markdown.ts'
import { answerLines, floatOf, formCells, missingLines, surveyHeader } from './survey-rows.ts'

/** A survey to keep beside the models. */
export function surveyMarkdown(cells: readonly SurveyCell[], asked?: AccuracyAsked): string {
  const answer = surveyAnswer(cells, asked)
  const rows = answer.cells.flatMap(({ title, target, forms }) =>
    forms.map(form => [title, target, ...formCells(form, floatOf(forms))]),
  )
  const missing = missingLines(cells).map(line => `- ${markdownText(line)}`)
  const [sentence, ...lines] = answerLines(answer)
  return `${[
    '# Which form, on which engine and machine',
    'Written by `quantract survey`.',
    markdownText(sentence!),
    ...(lines.length > 0 ? [lines.map(line => `- ${markdownText(line)}`).join('\n')] : []),
    ...(rows.length > 0 ? [markdownTable(['model', 'target', ...surveyHeader], rows)] : []),
    ...(missing.length > 0 ? ['Missing:', missing.join('\n')] : []),
  ].join('\n\n')}\n`
}
