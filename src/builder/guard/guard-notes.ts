import { formatDecibels } from '../../accuracy/format-decibels.ts'
import { defaultDecibels } from './output-bound.ts'
import {
  brokenOutput,
  decidingSqnr,
  leastOfCalibrating,
  type OutputErrors,
  worstOutput,
} from './output-errors.ts'

/** More names than these are in the evidence alone. */
const mostNames = 12

/**
 * Sentences about layers that went back to float for the outputs: what they did, which they are, what it gave.
 *
 * @param isCutShort - whether time ran out before it was known which of them had to
 */
export function guardNotes(
  before: OutputErrors,
  { bound, returned, ...after }: OutputErrors,
  isCutShort = false,
): string[] {
  if (bound === undefined || !returned) return []
  // Samples that were held back may hold, and others be broken.
  const broken = worstDecibels(before) < bound ? undefined : brokenOutput(before, bound)
  const worst = broken ?? worstOutput(before)!
  const among = broken ? (after.calibrating?.outputs ?? after.outputs) : after.outputs
  const now = among.find(({ name }) => name === worst.name)!
  const where = broken ? ' in a sample that calibrated' : ''
  const nodes = returned.length === 1 ? 'node' : 'nodes'
  const names = returned.slice(0, mostNames).map(name => `\`${name}\``)
  const others = returned.length > mostNames ? ` and ${returned.length - mostNames} more` : ''
  return [
    `output \`${worst.name}\` had ${formatDecibels(decidingSqnr(worst))} to float in INT8${where}, less than ${broken ? leastOfCalibrating(before.samples, bound) : bound} dB: ${returned.length} ${nodes} went back to float, ${names.join(', ')}${others}; now ${formatDecibels(decidingSqnr(now))}`,
    ...(isCutShort
      ? [
          'time ran out before it was known which layers can stay in INT8: a longer build (`buildTime`, `--time`) may keep more',
        ]
      : []),
  ]
}

function worstDecibels(errors: OutputErrors): number {
  const worst = worstOutput(errors)
  return worst ? decidingSqnr(worst) : Infinity
}

/** A sentence about each output of an engine that is obeyed as it is, and has less than what others would be held to. */
export function lowOutputNotes({ outputs }: OutputErrors, bound = defaultDecibels): string[] {
  return outputs
    .filter(output => decidingSqnr(output) < bound)
    .map(
      output =>
        `output \`${output.name}\` has ${formatDecibels(decidingSqnr(output))} to float, less than ${bound} dB: its answers are others than those of the float model`,
    )
}
