import { InputError } from '../../errors.ts'

/** Form of an accuracy in percentage points. */
export const pointsPattern = '^\\d+(\\.\\d+)?%$'

/** `0.5%` -> 0.005. Throws InputError if the text has another form. */
export function parsePoints(text: string, what: string): number {
  if (!new RegExp(pointsPattern).test(text)) {
    throw new InputError(`${what} is ${JSON.stringify(text)}: write percentage points, e.g. "0.5%"`)
  }
  return Number(text.slice(0, -1)) / 100
}
