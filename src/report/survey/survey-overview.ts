import type { FormOnTarget, JudgedCell, SurveyAnswer } from '../../contract/survey/survey-answer.ts'
import { escapeHtml } from '../escape-html.ts'
import { formatValue } from '../format-value.ts'
import { changeLine, floatOf } from './survey-rows.ts'

/** Above so many, changes of order are folded up. */
const few = 6

/** Address of a cell in the page. */
export function cellId(model: number, target: number): string {
  return `model-${model}-target-${target}`
}

/**
 * All cells at a glance: models down, targets across, the fastest form in each.
 *
 * @param missing titles and targets of cells of which nothing is known
 */
export function surveyOverview(
  { cells, best }: SurveyAnswer,
  titles: readonly string[],
  targets: readonly string[],
  missing: ReadonlySet<string>,
): string {
  const rows = titles.map((title, i) => {
    const most = best.find(each => each.title === title)?.target
    const found = targets.map((target, j) => {
      const cell = cells.find(each => each.title === title && each.target === target)
      if (cell) return overviewCell(cell, cellId(i, j), cell.target === most && targets.length > 1)
      return `<td class="dim">${missing.has(missingKey(title, target)) ? '<a href="#missing">missing</a>' : '-'}</td>`
    })
    return `<tr><th scope="row"><a href="#model-${i}">${escapeHtml(title)}</a></th>${found.join('')}</tr>`
  })
  const heads = targets.map(target => `<th scope="col">${escapeHtml(target)}</th>`)
  return `<div class="scroll" tabindex="0"><table class="overview"><thead><tr><th scope="col">model</th>${heads.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

export function missingKey(title: string, target: string): string {
  return JSON.stringify([title, target])
}

function overviewCell(cell: JudgedCell, id: string, isBest: boolean): string {
  const { forms, fastest } = cell
  const winner = forms.find(({ engine }) => engine.variant === fastest[0])
  if (!winner) return `<td class="refused"><a href="#${id}">no form keeps the accuracy asked</a></td>`
  const others = fastest.slice(1)
  const lines = [
    figures(winner, forms),
    ...(others.length > 0 ? [`not told apart: ${others.map(escapeHtml).join(', ')}`] : []),
    ...(isBest ? ['most fps of this model'] : []),
  ]
  return `<td${isBest ? ' class="best"' : ''}><a href="#${id}"><code>${escapeHtml(winner.engine.variant)}</code></a><br><span class="dim">${lines.join('<br>')}</span></td>`
}

function figures({ engine }: FormOnTarget, forms: readonly FormOnTarget[]): string {
  const float = floatOf(forms)
  const beside =
    float?.fps && float !== engine ? `, ${(engine.fps!.value / float.fps.value).toFixed(2)}× float` : ''
  return escapeHtml(`${formatValue(engine.fps!.value, 'fps')}${beside}`)
}

/** Where one form is faster here and the other one there, by model. */
export function orderChanges({ changes }: SurveyAnswer, code: (text: string) => string): string {
  if (changes.length === 0) return ''
  const models = [...new Set(changes.map(({ title }) => title))].map(title => {
    const lines = changes
      .filter(change => change.title === title)
      .map(change => `<li>${code(changeLine(change))}</li>`)
    return `<li>${escapeHtml(title)}<ul>${lines.join('\n')}</ul></li>`
  })
  return `<details${changes.length > few ? '' : ' open'}><summary>Where the order of two forms turns round: ${changes.length}</summary><ul>${models.join('\n')}</ul></details>`
}
