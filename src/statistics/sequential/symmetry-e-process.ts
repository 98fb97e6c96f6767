import { median } from 'simple-statistics'
import { checkFinite } from '../check.ts'

/** Where an e-process stands: plain data, so that a measurement goes on tomorrow where it stopped today. */
export interface SymmetryEProcess {
  /** |x| of the values so far: their median is the scale of the next one. */
  readonly magnitudes: readonly number[]
  /** log of the wealth of each bet. */
  readonly logWealth: readonly number[]
}

/** Bets of several sizes: which one is right depends on an effect that nobody knows. */
const bets = [0.25, 0.5, 1, 2, 4]
/** Scales beyond which a value counts no more. */
const largest = 2.5

export const startSymmetryEProcess: SymmetryEProcess = { magnitudes: [], logWealth: bets.map(() => 0) }

/**
 * Takes the next value of the e-process against "the values are symmetric about a centre of at most 0".
 *
 * Each bet lambda multiplies its wealth by 1 + tanh(lambda z), which has mean 1 if z is symmetric about 0, because
 * exp(y) / cosh(y) = 1 + tanh(y), and less where its centre lies below (de la Pena, 1999). z is the value in units of the
 * scale of the values *before* it, bounded; the first value only sets the scale.
 *
 * The wealth may be looked at after every value, for as long as one likes: by Ville's inequality it ever reaches 1 / alpha
 * with a probability of at most alpha. E-values of independent runs multiply.
 *
 * @throws RangeError if the value is not finite.
 */
export function addToSymmetryEProcess(state: SymmetryEProcess, value: number): SymmetryEProcess {
  checkFinite([value], 'symmetry e-process')
  const { magnitudes, logWealth } = state
  const next = { magnitudes: [...magnitudes, Math.abs(value)], logWealth }
  if (magnitudes.length === 0 || value === 0) return next
  const scale = 1.4826 * median([...magnitudes])
  const z = Math.max(-largest, Math.min(largest, value / scale))
  return { ...next, logWealth: logWealth.map((log, i) => log + Math.log1p(Math.tanh(bets[i]! * z))) }
}

/** Evidence against the hypothesis: reject at 1 / alpha or more. The mean wealth of the bets. */
export function symmetryEValue({ logWealth }: SymmetryEProcess): number {
  return logWealth.reduce((sum, log) => sum + Math.exp(log), 0) / logWealth.length
}
