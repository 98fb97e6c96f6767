import { totalmem } from 'node:os'
import { InputError } from '../errors.ts'

/** They are there twice while an engine is fed with them, and a run needs memory for other things as well. */
const share = 0.25

/** Bytes that this process may have: of the machine, or of its container. */
function mostBytes(): number {
  // 0, or a number beyond all memory, if nothing limits it.
  const limit = process.constrainedMemory()
  return Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY)
}

/** Samples are to be in memory and do not fit there. */
export class TooLargeError extends InputError {}

/** Throws TooLargeError if samples cannot be in memory all at once. */
export function checkFits(source: string, size: number, sampleBytes: number): void {
  if (size * sampleBytes > share * mostBytes()) throw tooLarge(source, size, sampleBytes)
}

/** Samples that are to be in memory and do not fit there. */
export function tooLarge(source: string, size: number, sampleBytes: number): TooLargeError {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(2)} GB`
  return new TooLargeError(
    `${source}: ${size} samples take ${gigabytes(size * sampleBytes)} of memory, which this process cannot have (the machine or container has ${gigabytes(mostBytes())}): give the data a \`limit\` of fewer samples`,
  )
}
