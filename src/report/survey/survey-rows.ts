import { formatTarget } from '../../backends/format-target.ts'
import type { EngineEvidence } from '../../contract/evidence.ts'
import type { FormOnTarget, OrderChange, SurveyAnswer } from '../../contract/survey/survey-answer.ts'
import type { SurveyCell } from '../../contract/survey/survey-cell.ts'
import { formatWorstOutput } from '../format-output-errors.ts'
import { formatSummary } from '../format-summary.ts'
import { formatInterval, formatValue } from '../format-value.ts'

export const surveyHeader = ['form', 'fps', 'beside float', 'accuracy', 'output error', 'in INT8', 'size', '']

/** A form in the columns of the header. */
export function formCells(
  { engine, refused, standing }: FormOnTarget,
  float: EngineEvidence | undefined,
): string[] {
  const { variant, fps, accuracy, outputErrors, bytes } = engine
  return [
    variant,
    speed(engine),
    fps && float?.fps ? `${(fps.value / float.fps.value).toFixed(2)}×` : '-',
    accuracy ? formatValue(accuracy.value, accuracy.unit) : '-',
    outputErrors ? formatWorstOutput(outputErrors) : '-',
    int8(engine),
    formatValue(bytes, 'bytes'),
    refused ?? standing ?? '',
  ]
}

/** The float form of a cell, that others are held beside. */
export function floatOf(forms: readonly FormOnTarget[]): EngineEvidence | undefined {
  return forms.find(({ engine }) => engine.quantization === 'none')?.engine
}

/** What a reader should know beside the forms: a sentence for each thing that is missing. */
export function missingLines(cells: readonly SurveyCell[]): string[] {
  return cells.flatMap(cell => {
    const where = `${cell.title}, ${formatTarget(cell.target)}`
    const forms = Object.entries(cell.missing ?? {}).map(
      ([form, why]) => `${where}: no \`${form}\`: ${why.split('\n')[0]}`,
    )
    return [...forms, ...('error' in cell ? [`${where}: ${cell.error}`] : [])]
  })
}

/** The sentence and what it rests on. */
export function answerLines({ sentence, changes, best }: SurveyAnswer): string[] {
  return [
    sentence,
    ...changes.map(change => `${change.title}: ${changeLine(change)}`),
    ...best.map(({ title, target, form }) => `${title} runs fastest as \`${form}\` on ${target}.`),
  ]
}

export function changeLine({ forms: [a, b], targets: [here, there] }: OrderChange): string {
  return `\`${a}\` is faster than \`${b}\` on ${here}, slower on ${there}.`
}

/** What became of the clauses of a cell; empty if it has none. */
export function clausesOf(cell: SurveyCell): string {
  if (!('evidence' in cell) || cell.evidence.outcomes.length === 0) return ''
  return formatSummary(cell.evidence.outcomes).replace(/^.*?: /, '')
}

/** Of several builds also those of the slowest and of the fastest. */
function speed({ fps, builds = [] }: EngineEvidence): string {
  if (!fps) return '-'
  const speeds = builds.flatMap(build => (build.fps ? [build.fps.value] : []))
  const bare = (value: number) => formatValue(value, 'fps').replace(' fps', '')
  if (speeds.length > 1)
    return `${bare(fps.value)} (builds ${bare(Math.min(...speeds))} to ${bare(Math.max(...speeds))})`
  if (!Number.isFinite(fps.upper)) return bare(fps.value)
  const { value, lower, upper } = formatInterval(fps, 'fps')
  return `${value.replace(' fps', '')} (${lower} to ${upper})`
}

/** Steps of the engine in INT8, of all. */
function int8({ layers = {} }: EngineEvidence): string {
  const total = Object.values(layers).reduce((sum, count) => sum + count, 0)
  return `${layers.int8 ?? 0}/${total}`
}
