import { formatDecibels } from '../accuracy/format-decibels.ts'
import { decidingSqnr, type OutputErrors, type OutputSummary } from '../builder/guard/output-errors.ts'
import { countOf } from '../words.ts'
import { formatValue } from './format-value.ts'

/** Lines for outputs beyond these say nothing that the first ones do not. */
const mostOutputs = 8

/** How far each output is from float, the farthest first: a line each, after one that says on which samples. */
export function formatOutputErrors({
  samples,
  calibrating = 0,
  worstOf,
  heldBack,
  random,
  outputs,
}: OutputErrors): string[] {
  // A note says that there is nothing to compare.
  if (random && outputs.length === 0) return []
  const inOrder = farthestFirst(outputs)
  const lines = inOrder.slice(0, mostOutputs).map(output => {
    const { name, cosine, silent, quiet, notNumbers, unlike } = output
    const parts = [
      formatOutputError(output),
      ...(cosine ? [`cosine ${cosine.median.toFixed(5)} (worst ${cosine.worst.toFixed(5)})`] : []),
      ...(quiet ? [`nearly silent in ${countOf(quiet, 'sample')}`] : []),
      ...(silent ? [`all zeros in ${countOf(silent, 'sample')}`] : []),
      ...(notNumbers ? [`NaN in ${countOf(notNumbers, 'sample')} of the float model itself`] : []),
      ...(unlike ? [`of another size in ${countOf(unlike, 'sample')}`] : []),
    ]
    return `output ${name}: ${parts.join(', ')}`
  })
  const more = inOrder.length - lines.length
  const others =
    calibrating === 0
      ? ''
      : `, and ${calibrating} that did${worstOf === undefined ? '' : `, the worst of ${worstOf - samples + calibrating}`}`
  return [
    `outputs compared with float on ${countOf(samples - calibrating, 'sample')} ${heldBack ? 'that did not calibrate' : 'that calibrated, too'}${others}`,
    ...lines,
    ...(more > 0 ? [`${more} more outputs are nearer to float`] : []),
  ]
}

/** The output that is farthest from float, in a cell: `34.1 dB (worst 28.0)`. */
export function formatWorstOutput({ outputs }: OutputErrors): string {
  const [farthest] = farthestFirst(outputs)
  return farthest ? formatOutputError(farthest) : '-'
}

function formatOutputError(output: OutputSummary): string {
  const { sqnr, equal, apart } = output
  if (sqnr) {
    const worst = formatDecibels(sqnr.worst).replace(' dB', '')
    return `${formatDecibels(sqnr.median)} (worst ${worst})`
  }
  if (!equal) return 'not compared'
  const [median, worst] = [equal.median, equal.worst].map(share => formatValue(share, 'fraction'))
  return `${median} equal (worst ${worst})${apart === undefined ? '' : `, at most ${apart} apart`}`
}

/** Outputs of floats first; what could not be compared last. */
function farthestFirst(outputs: readonly OutputSummary[]): OutputSummary[] {
  const place = ({ sqnr, equal }: OutputSummary) => (sqnr ? 0 : equal ? 1 : 2)
  const distance = (output: OutputSummary) =>
    output.sqnr ? decidingSqnr(output) : (output.equal?.median ?? 0)
  return outputs.toSorted((a, b) => place(a) - place(b) || distance(a) - distance(b))
}
