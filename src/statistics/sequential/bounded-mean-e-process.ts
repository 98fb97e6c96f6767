import { bets, type GapEvidence } from './betting-e-process.ts'

/** Where an e-process stands: plain data, so that an evaluation goes on where it was interrupted. */
export interface BoundedMeanEProcess {
  /** Values so far. */
  readonly count: number
  readonly sum: number
  /** log of the wealth of each bet on "the mean is below the limit". */
  readonly upheld: readonly number[]
  /** And on "it is above". */
  readonly violated: readonly number[]
}

export interface BoundedMeanOptions {
  /** The clause is `mean < limit`; in (-1, 1). */
  readonly limit: number
  /** Values in all, if they are drawn from a finite set without putting them back, in random order. */
  readonly population?: number
}

export const startBoundedMean: BoundedMeanEProcess = {
  count: 0,
  sum: 0,
  upheld: bets.map(() => 0),
  violated: bets.map(() => 0),
}

/** log of the wealth of one who knows; a number that JSON keeps. */
const certain = 1e6
/** Rounding of sums. */
const slack = 1e-6

/**
 * Takes the next value, in [-1, 1], of the e-processes for and against `mean < limit`: per image the difference of two
 * accuracies, or of any score within these bounds.
 *
 * Each bet multiplies its wealth by 1 +- stake (value - m), m being what the next value is on average where the mean is the
 * limit (Waudby-Smith and Ramdas, 2024, sections 4 and 5). That is the limit itself, or, in a finite set, what is left of
 * its sum: so a set of 50,000 images is decided after some thousand, and for certain where the rest cannot change it.
 *
 * @throws RangeError if the value or an option is out of range, or the population is used up.
 */
export function addToBoundedMean(
  state: BoundedMeanEProcess,
  value: number,
  { limit, population = Infinity }: BoundedMeanOptions,
): BoundedMeanEProcess {
  if (!(value >= -1 && value <= 1)) throw new RangeError(`a value is ${value}, not between -1 and 1`)
  if (!(limit > -1 && limit < 1)) throw new RangeError(`the limit is ${limit}, not between -1 and 1`)
  const { count, sum } = state
  if (count >= population) throw new RangeError(`all ${population} values have been drawn`)
  const total = population * limit
  const expected = population === Infinity ? limit : (total - sum) / (population - count)
  const next = { count: count + 1, sum: sum + value }
  // The furthest that the values still to come can carry the sum; infinite, like the total, where there is no end to them.
  const rest = population - next.count
  const decided = population !== Infinity && Math.abs(next.sum - total) > rest + slack
  const wealth = (logs: readonly number[], sign: 1 | -1) => {
    if (decided && sign * (next.sum - total) > 0) return logs.map(() => certain)
    const largestLoss = 1 + sign * expected
    // At the ends there is nothing to bet on: no value can lose, or none can win.
    if (largestLoss < slack || largestLoss > 2 - slack) return logs
    return logs.map((log, i) => log + Math.log1p((sign * bets[i]! * (value - expected)) / largestLoss))
  }
  return { ...next, upheld: wealth(state.upheld, -1), violated: wealth(state.violated, 1) }
}

/** Evidence so far: decided at 1 / alpha, whenever one looks. */
export function boundedMeanEvidence({ upheld, violated }: BoundedMeanEProcess): GapEvidence {
  const wealth = (logs: readonly number[]) => logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length
  return { upheld: wealth(upheld), violated: wealth(violated) }
}
