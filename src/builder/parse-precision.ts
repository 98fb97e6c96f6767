import { InputError } from '../errors.ts'

/** Form of a share of a ratio. */
export const precisionPattern = '^\\d+(\\.\\d+)?%$'

/** `1%` -> 0.01. Throws InputError if the text has another form, or no interval gets so near. */
export function parsePrecision(text: string, what = '`precision`'): number {
  const share = new RegExp(precisionPattern).test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN
  if (share > 0 && share < 1) return share
  throw new InputError(`${what} is ${JSON.stringify(text)}: write a share of the ratio below 100%, e.g. "1%"`)
}
