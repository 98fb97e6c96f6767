import { InputError } from '../../errors.ts'
import type { BuildTask } from '../task.ts'
import type { OutputBound } from '../variant.ts'

/** Form of a bound on the errors of outputs. */
export const decibelsPattern = '^(none|\\d+(\\.\\d+)? ?dB)$'

/** dB that every output of an INT8 form has unless its variant says otherwise: below, answers are visibly others. */
export const defaultDecibels = 15

/** `20 dB` -> 20; `none` -> undefined. Throws InputError if the text has another form. */
function parseDecibels(text: string, what: string): number | undefined {
  if (!new RegExp(decibelsPattern).test(text)) {
    throw new InputError(`${what} is ${JSON.stringify(text)}: write decibels, e.g. "20 dB", or "none"`)
  }
  return text === 'none' ? undefined : Number(text.replace('dB', ''))
}

/** dB that every output of a variant has to have; undefined if they need not. Throws InputError if it is no such text. */
export function outputBound(
  { outputError }: { readonly outputError?: OutputBound },
  { variant }: Pick<BuildTask, 'variant'>,
): number | undefined {
  return outputError === undefined
    ? defaultDecibels
    : parseDecibels(outputError, `\`outputError\` of variant \`${variant}\``)
}
