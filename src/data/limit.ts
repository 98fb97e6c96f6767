import { InputError } from '../errors.ts'

/** Throws InputError if a limit is no number of samples. */
export function checkLimit(limit: number | undefined, name: string): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new InputError(`${name} is limited to ${limit} samples: \`limit\` is a whole number from 1`)
  }
}

/** How many of the samples count. Throws InputError if there are fewer than the limit. */
export function limited(samples: number, limit: number | undefined, name: string): number {
  checkLimit(limit, name)
  if (limit !== undefined && limit > samples) {
    throw new InputError(
      `${name} has ${samples} samples, fewer than its \`limit\` of ${limit}: lower the limit`,
    )
  }
  return limit ?? samples
}
