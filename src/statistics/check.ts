/** Throws RangeError if a value is NaN or infinite: such a value must never become a verdict. */
export function checkFinite(values: readonly number[], what: string): void {
  const index = values.findIndex(value => !Number.isFinite(value))
  if (index >= 0) throw new RangeError(`${what}: value ${index} is ${values[index]}, not a finite number`)
}

/** Throws RangeError if a probability is not strictly between 0 and 1. */
export function checkProbability(value: number, what: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${what} is ${value}, not between 0 and 1`)
}

/** Throws RangeError if a value is not a whole number of at least `least`. */
export function checkCount(value: number, what: string, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${what} is ${value}, not a whole number of at least ${least}`)
  }
}
