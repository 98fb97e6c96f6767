import { InputError } from '../errors.ts'

/** The samples have no array under the name of an input. */
export function missingArray(source: string, input: string, has: readonly string[]): InputError {
  const names = has.map(name => `\`${name}\``).join(', ') || 'none'
  return new InputError(
    `${source}: no array named \`${input}\`, which the model takes as input (the file has ${names}): save each array under the name of its input`,
  )
}
