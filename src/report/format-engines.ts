import type { BuildEvidence, EngineEvidence } from '../contract/evidence.ts'
import { visibleText } from '../visible-text.ts'
import { formatWorstOutput } from './format-output-errors.ts'
import { formatTable } from './format-table.ts'
import { formatInterval, formatValue } from './format-value.ts'
import { type PaintOptions, paint } from './paint.ts'

/** The engines as a table, a row each, and below it what their builds found. */
export function formatEngines(engines: readonly EngineEvidence[], options: PaintOptions = {}): string {
  const header = ['variant', 'fps', 'INT8 convolutions', 'accuracy', 'output error', 'size', 'build']
  const [head = '', ...rows] = formatTable([header, ...engines.map(row)])
  const notes = engines.flatMap(({ variant, notes, builds }) =>
    [...(builds ? [buildsLine(builds)] : []), ...notes].map(note => visibleText(`${variant}: ${note}`)),
  )
  return [paint('dim', head, options), ...rows, ...notes].join('\n')
}

function row(engine: EngineEvidence): string[] {
  const { variant, fps, convolutions, accuracy, outputErrors, bytes, buildSeconds, fromCache } = engine
  return [
    variant,
    fps ? speed(fps) : '-',
    `${convolutions.int8} of ${convolutions.total}`,
    accuracy ? formatValue(accuracy.value, accuracy.unit) : '-',
    outputErrors ? formatWorstOutput(outputErrors) : '-',
    formatValue(bytes, 'bytes'),
    `${formatValue(buildSeconds, 's')}${fromCache ? ' (cached)' : ''}`,
  ]
}

/** @example `3 builds; 357912 to 472439 fps; INT8 convolutions 5 of 20, 13 of 20, 0 of 20` */
function buildsLine(builds: readonly BuildEvidence[]): string {
  const speeds = builds.flatMap(({ fps }) => (fps ? [fps.value] : []))
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)]
  const range =
    speeds.length === 0
      ? []
      : [`${formatValue(slowest, 'fps').replace(' fps', '')} to ${formatValue(fastest, 'fps')}`]
  const int8 = builds.map(({ convolutions: { int8, total } }) => `${int8} of ${total}`)
  return [`${builds.length} builds`, ...range, `INT8 convolutions ${int8.join(', ')}`].join('; ')
}

function speed(fps: NonNullable<EngineEvidence['fps']>): string {
  const { value, lower, upper } = formatInterval(fps, fps.unit)
  return `${value.replace(' fps', '')} (${lower} to ${upper})`
}
