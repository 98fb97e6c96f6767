import { backendOf } from '../backends/backends.ts'
import { formatTarget } from '../backends/format-target.ts'
import type { BuildEvidence, EngineEvidence } from '../contract/evidence.ts'
import { visibleText } from '../visible-text.ts'
import { formatOperators } from './format-operators.ts'
import { formatWorstOutput } from './format-output-errors.ts'
import { formatTable } from './format-table.ts'
import { formatInterval, formatValue } from './format-value.ts'
import { type PaintOptions, paint } from './paint.ts'

/** The engines as a table, a row each, and below it what their builds found. */
export function formatEngines(engines: readonly EngineEvidence[], options: PaintOptions = {}): string {
  const [head = '', ...rows] = formatTable([engineHeader, ...engines.map(engineCells)])
  return [paint('dim', head, options), ...rows, ...engineNotes(engines).map(visibleText)].join('\n')
}

/** What the cells of an engine are. */
export const engineHeader: readonly string[] = [
  'variant',
  'fps',
  'in INT8',
  'accuracy',
  'output error',
  'size',
  'build',
]

/** What the builds of engines found, a sentence each. */
export function engineNotes(engines: readonly EngineEvidence[]): string[] {
  return engines.flatMap(engine =>
    [...whereLine(engine), ...(engine.builds ? [buildsLine(engine.builds)] : []), ...engine.notes].map(
      note => `${engine.variant}: ${note}`,
    ),
  )
}

/** @example `runs on openvino cpu, 1 thread, batch 1; OpenVINO 2026.4.1` */
function whereLine({ target, accelerator }: EngineEvidence): string[] {
  if (!target) return []
  return [`runs on ${formatTarget(target)}${accelerator ? `; ${accelerator.runtime}` : ''}`]
}

/** An engine in the columns of the header. */
export function engineCells(engine: EngineEvidence): string[] {
  const { variant, target, fps, operators, accuracy, accuracySamples, outputErrors, bytes } = engine
  const { buildSeconds, fromCache } = engine
  return [
    target ? `${variant} (${backendOf(target).words.place(target)})` : variant,
    fps ? speed(fps) : '-',
    formatOperators(operators),
    accuracy
      ? `${formatValue(accuracy.value, accuracy.unit)}${accuracySamples === undefined ? '' : ` of ${accuracySamples}`}`
      : '-',
    outputErrors ? formatWorstOutput(outputErrors) : '-',
    formatValue(bytes, 'bytes'),
    `${formatValue(buildSeconds, 's')}${fromCache ? ' (cached)' : ''}`,
  ]
}

/** @example `2 builds; 357912 to 472439 fps; in INT8 5 of 20 Conv; 13 of 20 Conv` */
function buildsLine(builds: readonly BuildEvidence[]): string {
  const speeds = builds.flatMap(({ fps }) => (fps ? [fps.value] : []))
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)]
  const range =
    speeds.length === 0
      ? []
      : [`${formatValue(slowest, 'fps').replace(' fps', '')} to ${formatValue(fastest, 'fps')}`]
  const int8 = builds.map(({ operators }) => formatOperators(operators))
  return [`${builds.length} builds`, ...range, `in INT8 ${int8.join('; ')}`].join('; ')
}

function speed(fps: NonNullable<EngineEvidence['fps']>): string {
  const { value, lower, upper } = formatInterval(fps, fps.unit)
  if (!Number.isFinite(fps.upper)) return value.replace(' fps', '')
  return `${value.replace(' fps', '')} (${lower} to ${upper})`
}
