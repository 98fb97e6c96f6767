import { formatTarget } from '../backends/format-target.ts'
import type { ContractEvidence, EngineEvidence } from '../contract/evidence.ts'
import type { SurveyCell } from '../contract/run-survey.ts'
import { visibleText } from '../visible-text.ts'
import { formatSummary } from './format-summary.ts'
import { formatTable } from './format-table.ts'
import { formatValue } from './format-value.ts'

type Column = readonly [title: string, of: (engine: EngineEvidence) => string]

const unlabelled: readonly Column[] = [
  ['fps', speed],
  ['INT8', int8],
]
const accuracyColumn: Column = [
  'accuracy',
  ({ accuracy }) => (accuracy ? formatValue(accuracy.value, 'fraction') : '-'),
]

/**
 * The cells of a survey as one table, a row each: fps, layers in INT8 and accuracy of every variant, and what became of the
 * clauses. Below it, why cells are empty.
 */
export function formatSurvey(cells: readonly SurveyCell[]): string {
  const engines = cells.flatMap(cell => ('evidence' in cell ? cell.evidence.engines : []))
  const variants = [...new Set(engines.map(({ variant }) => variant))]
  const labelled = engines.some(({ accuracy }) => accuracy)
  const columns = labelled ? [...unlabelled, accuracyColumn] : unlabelled
  const header = [
    'contract',
    'target',
    ...variants.flatMap(variant => columns.map(([title]) => `${variant} ${title}`)),
    'clauses',
  ]
  const rows = cells.map(cell => {
    const found = 'evidence' in cell ? cell.evidence : undefined
    const values = variants.flatMap(variant => {
      const engine = found?.engines.find(engine => engine.variant === variant)
      return columns.map(([, of]) => (engine ? of(engine) : '-'))
    })
    return [cell.title, formatTarget(cell.target), ...values, found ? clauses(found) : 'cannot be run']
  })
  const errors = cells.flatMap(cell =>
    'error' in cell ? [visibleText(`${cell.title}, ${formatTarget(cell.target)}: ${cell.error}`)] : [],
  )
  return [...formatTable([header, ...rows]), ...errors].join('\n')
}

/** Of several builds also those of the slowest and of the fastest. */
function speed({ fps, builds = [] }: EngineEvidence): string {
  if (!fps) return '-'
  const shown = (value: number) => value.toFixed(value < 100 ? 1 : 0)
  const speeds = builds.flatMap(build => (build.fps ? [build.fps.value] : []))
  const range = `${shown(Math.min(...speeds))} to ${shown(Math.max(...speeds))}`
  return speeds.length > 1 ? `${shown(fps.value)} (${range})` : shown(fps.value)
}

/** Steps of the engine in INT8, of all. */
function int8({ layers = {} }: EngineEvidence): string {
  const total = Object.values(layers).reduce((sum, count) => sum + count, 0)
  return `${layers.int8 ?? 0}/${total}`
}

function clauses({ outcomes }: ContractEvidence): string {
  return outcomes.length === 0 ? '-' : formatSummary(outcomes).replace(/^.*?: /, '')
}
