import { checkProbability } from '../check.ts'
import type { Decision, SequentialTest } from './sequential-test.ts'
import {
  addToSymmetryEProcess,
  type SymmetryEProcess,
  startSymmetryEProcess,
  symmetryEValue,
} from './symmetry-e-process.ts'

/** Evidence for both decisions: plain data, so that a test goes on tomorrow from where it stopped today. */
export interface SymmetryEvidence {
  /** Against "the centre is at most 0". */
  readonly violated: SymmetryEProcess
  /** Against "the centre is at least 0". */
  readonly upheld: SymmetryEProcess
}

export interface SymmetryTestOptions {
  /** Probability of "violated" if the centre is at most 0. */
  readonly alphaViolated: number
  /** Probability of "upheld" if the centre is at least 0. */
  readonly alphaUpheld: number
  /** What an earlier test of the same question has gathered. */
  readonly evidence?: SymmetryEvidence
}

/** A test by symmetry e-processes, with the evidence that it has gathered so far. */
export interface SymmetryTest extends SequentialTest {
  readonly evidence: SymmetryEvidence
}

/**
 * Decides by two one-sided symmetry e-processes; the first that reaches 1 / alpha gives the decision.
 *
 * There is no horizon: evidence may be looked at after every distance, and that of one run multiplies with that of the
 * next without any correction (Ville's inequality), which the sign-flip test with its fixed horizon cannot.
 *
 * @throws RangeError if an alpha is not between 0 and 1
 * @example
 * const test = symmetryTest({ alphaViolated: 0.01, alphaUpheld: 0.05 })
 * while (test.add(await measureDistance()) === undefined && timeIsLeft());
 * const tomorrow = symmetryTest({ alphaViolated: 0.01, alphaUpheld: 0.05, evidence: test.evidence })
 */
export function symmetryTest(options: SymmetryTestOptions): SymmetryTest {
  const { alphaViolated, alphaUpheld } = options
  checkProbability(alphaViolated, 'alphaViolated')
  checkProbability(alphaUpheld, 'alphaUpheld')
  let evidence = options.evidence ?? { violated: startSymmetryEProcess, upheld: startSymmetryEProcess }
  let decision: Decision | undefined
  return {
    get evidence() {
      return evidence
    },
    add(distance) {
      evidence = {
        violated: addToSymmetryEProcess(evidence.violated, distance),
        upheld: addToSymmetryEProcess(evidence.upheld, -distance),
      }
      if (symmetryEValue(evidence.violated) >= 1 / alphaViolated) decision ??= 'violated'
      else if (symmetryEValue(evidence.upheld) >= 1 / alphaUpheld) decision ??= 'upheld'
      return decision
    },
  }
}
