import { flushedFloat } from './judge.ts'
import type { Row, Step } from './row.ts'

/** One table, a line for each thing that was tried; below it what is wrong and where samples come from. */
export function formatRows(rows: readonly Row[]): string {
  const header = [
    'model',
    'MB',
    'variant',
    'outcome',
    's',
    'peak MB',
    'INT8 kernels',
    'worst output, dB',
    'cosine',
    'scores > 0.25',
    'fps / fp32',
    'fps / Python',
  ]
  const lines = rows.flatMap(row =>
    row.steps.map((step, index) => [
      index === 0 ? escaped(row.name) : '',
      index === 0 ? megabytes(row.bytes) : '',
      step.name,
      outcome(row, step),
      step.seconds.toFixed(0),
      megabytes(step.peakMemory, 0),
      counts(step),
      decibels(step),
      cosine(step),
      scores(step),
      ratio(row, step.name, 'fp32'),
      ratio(row, step.name, 'Python'),
    ]),
  )
  const missed = rows.filter(({ misses }) => misses.length > 0)
  return [
    table(header, lines),
    missed.length === 0
      ? 'No row misses.'
      : `${missed.length} of ${rows.length} miss:\n\n${missed.flatMap(({ name, misses }) => misses.map(miss => `- miss: ${escaped(name)}: ${escaped(miss)}`)).join('\n')}`,
    `Samples, float and ONNX Runtime's own quantizer (Python):\n\n${rows.map(about).join('\n')}`,
  ].join('\n\n')
}

function outcome({ misses }: Row, { name, outcome, said }: Step): string {
  const missed = misses.some(miss => miss.startsWith(`${name}:`)) ? '**miss** ' : ''
  return missed + (outcome === 'refused' ? `refused: ${escaped(said)}` : outcome)
}

function counts({ written }: Step): string {
  const all = Object.entries(written?.counts ?? {})
  return all.map(([operator, { int8, total }]) => `${int8} of ${total} ${operator}`).join(', ') || '-'
}

function decibels({ written }: Step): string {
  const errors = (written?.errors ?? []).toSorted((a, b) => a.worst - b.worst)
  const [worst, ...others] = errors
  if (!worst) return '-'
  const value = worst.equal === undefined ? shown(worst.worst) : `${(100 * worst.equal).toFixed(0)}% equal`
  const quiet = errors.flatMap(({ output, quiet }) => (quiet ? [{ output, ...quiet }] : []))
  const [quietest] = quiet.toSorted((a, b) => a.own - b.own)
  const aside = quietest
    ? `; quiet: ${quietest.samples} samples of ${escaped(quietest.output)}, ${shown(quietest.own)} by itself`
    : ''
  const moved = worst.unsteady
    ? `; unsteady: ${worst.unsteady.samples} samples, in which float itself has ${shown(worst.unsteady.float)}; ${shown(worst.unsteady.others)} in the others`
    : ''
  return `${value} (${escaped(worst.output)})${others.length > 0 ? `, others ${shown(others[0]!.worst)} and more` : ''}${aside}${moved}`
}

function shown(decibels: number): string {
  return decibels === 999 ? 'equal' : decibels.toFixed(1)
}

function cosine({ written }: Step): string {
  const errors = written?.errors ?? []
  return errors.length === 0 ? '-' : Math.min(...errors.map(({ cosine }) => cosine)).toFixed(4)
}

/** Of a detector: in INT8 / in float. */
function scores({ written }: Step): string {
  const found = (written?.errors ?? []).flatMap(({ confident }) => (confident ? [confident] : []))
  return found.map(({ float, int8 }) => `${int8} / ${float}`).join(', ') || '-'
}

function ratio({ timings }: Row, step: string, to: 'fp32' | 'Python'): string {
  const [own, other] = [timings?.[step], timings?.[to]]
  return own && other ? (own.ratio / other.ratio).toFixed(2) : '-'
}

function about({ name, kind, data, timings, noPython, unrunnable }: Row): string {
  const [float, flushed, python] = [timings?.fp32, timings?.[flushedFloat], timings?.Python]
  const facts = [
    `${kind}, samples: ${data}`,
    float && `fp32 ${float.milliseconds.toFixed(2)} ms`,
    flushed && flushed.ratio > 1.5 && `with denormals flushed ${flushed.milliseconds.toFixed(2)} ms`,
    python && `Python ${python.ratio.toFixed(2)} x fp32`,
    noPython && `no form by Python (${noPython})`,
    unrunnable && `ONNX Runtime does not run it (${unrunnable})`,
  ]
  return `- ${escaped(name)}: ${escaped(facts.filter(Boolean).join('; '))}`
}

function megabytes(bytes: number, digits = 1): string {
  return (bytes / 2 ** 20).toFixed(digits)
}

/** Names and sentences come from files: nothing in them makes a table or steers a terminal. */
function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replaceAll('|', '/')
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
