import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'

/** What a command line says. */
export interface Options {
  readonly positionals: readonly string[]
  /** The text of an option that may be given once. */
  one(name: string): string | undefined
  /** Whether an option without a value is there. */
  flag(name: string): boolean
  /** The texts of an option that may be repeated. */
  all(name: string): readonly string[]
}

/** An option that is a whole number. */
export function wholeNumber(options: Options, name: string, smallest: number): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= smallest) return number
  throw new InputError(`\`--${name} ${text}\`: must be a whole number from ${smallest}`)
}

/** An option that is a number of seconds. */
export function seconds(options: Options, name: string): number | undefined {
  const text = options.one(name)
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number.isFinite(Number(text))) return Number(text)
  throw new InputError(`\`--${name} ${text}\`: must be a number of seconds above 0`)
}

/** An option that is one of some words. */
export function oneOf<Word extends string>(
  options: Options,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = options.one(name)
  const word = words.find(each => each === text)
  if (text === undefined || word) return word
  throw new InputError(`\`--${name} ${text}\`: unknown value${didYouMean(text, words)}`)
}
