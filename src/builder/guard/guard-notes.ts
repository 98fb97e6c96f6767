import { formatDecibels } from '../../accuracy/format-decibels.ts'
import { listNames } from '../../words.ts'
import { defaultDecibels } from './output-bound.ts'
import {
  decidingFigure,
  decidingSqnr,
  type OutputErrors,
  type OutputSummary,
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
  const worst = worstOutput(before)!
  const now = after.outputs.find(({ name }) => name === worst.name)!
  const nodes = returned.length === 1 ? 'node' : 'nodes'
  return [
    `output \`${worst.name}\` had ${tooLow(worst, bound, 'in INT8')}: ${returned.length} ${nodes} went back to float, ${listNames(returned, mostNames)}; now ${formatDecibels(decidingFigure(now, bound).decibels)}`,
    ...(isCutShort
      ? [
          'time ran out before it was known which layers can stay in INT8: a longer build (`buildTime`, `--time`) may keep more',
        ]
      : []),
  ]
}

/** A sentence about each output of an engine that is obeyed as it is, and has less than what others would be held to. */
export function lowOutputNotes({ outputs }: OutputErrors, bound = defaultDecibels): string[] {
  return outputs
    .filter(output => decidingSqnr(output) < bound)
    .map(
      output =>
        `output \`${output.name}\` has ${tooLow(output, bound)}: its answers are others than those of the float model`,
    )
}

/** A sentence, if outputs say nothing of INT8: an integer is right or wrong, as float itself may be, and zeros cost nothing. */
export function tellNothingNotes({ random, ...errors }: OutputErrors): string[] {
  if (!random) return silenceNotes(errors)
  const [what, are, it] = random.length === 1 ? ['output', 'is', 'it'] : ['outputs', 'are', 'they']
  return [
    `${what} ${listNames(random, mostNames)} ${are} random: the float model itself, given the same sample twice, answers otherwise, so ${it} ${are} not compared`,
    ...silenceNotes(errors),
  ]
}

function silenceNotes({ samples, outputs }: OutputErrors): string[] {
  if (outputs.length === 0) return []
  if (outputs.every(({ equal }) => equal)) {
    return [
      'all outputs are integers, which SQNR cannot judge: only how many are equal is told; labels (data.evaluation, `--evaluation`) say how many are right',
    ]
  }
  if (!outputs.every(({ silent }) => silent === samples)) return []
  return [
    `the float model itself gives nothing but zeros in ${samples} samples, so that its outputs say nothing of INT8: check its weights, and that the data are those it was made for`,
  ]
}

/** `4.7 dB to float in INT8, less than 15 dB`. */
function tooLow(output: OutputSummary, bound: number, of = ''): string {
  const { decibels, bound: own, isOfSingles } = decidingFigure(output, bound)
  const where = [' to float', ...(of ? [of] : []), ...(isOfSingles ? ['in single samples'] : [])].join(' ')
  return `${formatDecibels(decibels)}${where}, less than ${own} dB`
}
