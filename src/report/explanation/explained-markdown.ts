import { type ExplanationRecord, recordedExplanation } from '../../explain/explanation-record.ts'
import { markdownText } from '../markdown.ts'
import { dearestRows } from './explanation-rows.ts'
import { explanationSummary } from './explanation-summary.ts'
import { causeText } from './format-cause.ts'
import { layersTable } from './format-explanation-markdown.ts'
import { timeUnit } from './time-unit.ts'

const longestLabel = 48
const causeOptions = { longest: longestLabel, most: 8 }

/** Where the time of two engines goes, layer by layer, as a part of a page. */
export function explainedMarkdown(record: ExplanationRecord): string {
  const explanation = recordedExplanation(record)
  const { causes, sameNetwork, attribution } = explanation
  const unit = timeUnit(Math.max(attribution.total.a, attribution.total.b))
  const [speed = ''] = explanationSummary(explanation)
  const items = causes.map((cause, i) => {
    const { sentence, layers, toDo } = causeText(cause, unit, causeOptions)
    const parts = [
      `${explanation[cause.engine].name}, ${sentence}`,
      ...(layers === '' ? [] : [layers]),
      ...(toDo === '' ? [] : [`To do: ${toDo}.`]),
    ]
    return `${i + 1}. ${parts.map(markdownText).join('<br>')}`
  })
  return [
    markdownText(speed),
    ...(sameNetwork ? [layersTable(explanation, dearestRows(explanation, longestLabel))] : []),
    ...(items.length > 0 ? [items.join('\n')] : []),
  ].join('\n\n')
}

/** What the part is about, @example `Layer by layer: explicit against implicit` */
export function explainedTitle({ a, b }: ExplanationRecord): string {
  return `Layer by layer: ${b.name} against ${a.name}`
}
