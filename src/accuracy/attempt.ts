import { InputError, messageOf } from '../errors.ts'

/** Calls a function of the user's for a sample. Throws InputError with the name of the function where it throws. */
export function attempt<Result>(what: string, sample: number, call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`${what} fails for sample ${sample}: ${messageOf(error)}`)
  }
}
