/** What a block says about the machine, and nothing about the engines. */
export interface BlockConditions {
  /** Time in ms in which the process was ready to run but had no CPU; undefined if the system does not say. */
  readonly waited: number | undefined
  /** Duration of the block in ms. */
  readonly duration: number
}

/** Decides whether a block counts. */
export interface DisturbanceGate {
  /** Blocks that did not count. */
  readonly dropped: number
  keeps(conditions: BlockConditions): boolean
}

/** Handing work from thread to thread on one CPU costs about 1% by itself. */
const allowedShare = 0.05

/**
 * Drops whole blocks in which other processes took the CPU away, blind to which engine is which: exchanging the
 * engines exchanges nothing here, so the sign-flip test stays exact.
 *
 * A machine that is always busy is measured as it is: no more blocks are dropped than kept.
 */
export function disturbanceGate(): DisturbanceGate {
  let kept = 0
  let dropped = 0
  return {
    get dropped() {
      return dropped
    },
    keeps({ waited = 0, duration }) {
      const keep = waited <= allowedShare * duration || dropped > kept
      if (keep) kept++
      else dropped++
      return keep
    },
  }
}
