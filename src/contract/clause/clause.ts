import type { Interval } from '../../statistics/intervals/interval.ts'
import type { Place } from '../file/located-json.ts'

/** One expectation, parsed. A plain object: the same clause is run, printed and documented. */
export interface Clause {
  /** As it was written, whitespace normalised. */
  readonly text: string
  readonly because?: string
  /** Where it stands in its contract file; absent if it comes from elsewhere. */
  readonly place?: Place
  /** Half width that the interval of its ratio gets to if there is time, as a share of the ratio; default: the contract's. */
  readonly precision?: number
  readonly quantity: Quantity
  readonly comparison: Comparison
  readonly bound: Bound
  /** The slack that the clause grants; absent if the text has no `within`. */
  readonly tolerance?: Tolerance
}

export type Comparison = '>=' | '>' | '<=' | '<'

/** `implicit p99 latency`, `accuracy gap`, `explicit accuracy gap to fp32`, `implicit output cosine to fp32 of 'scores'`. */
export interface Quantity {
  /** Name in the list of metrics: `fps`, `p99 latency`, `accuracy`, `accuracy gap`, or one that the user added. */
  readonly metric: string
  /** Absent in `accuracy gap` without a variant: between implicit and explicit, both directions. */
  readonly variant?: string
  /** `to fp32` in `explicit accuracy gap to fp32`: what explicit loses against fp32. */
  readonly reference?: string
  /** `of 'scores'`: the output that it is about; absent: all of them, or the first, as the metric says. */
  readonly output?: string
}

export type Bound =
  /** `1.5x fp32 fps`; factor 1 if none is written. */
  | { readonly kind: 'quantity'; readonly factor: number; readonly quantity: Quantity }
  /** `12 ms`, in the metric's base unit: fps, ms, bytes, s, fraction (0.5% of accuracy is 0.005), dB. */
  | {
      readonly kind: 'value'
      readonly value: number
      readonly text: string
      /** Where the value is known up to an interval alone, because it was measured. */
      readonly interval?: Interval
      /** What a probe of the machine's pace took then, in us. */
      readonly probe?: number
    }
  /** `95% of baseline`: what the same quantity was when it was stored. */
  | { readonly kind: 'baseline'; readonly factor: number }

/** A clause that can be decided: what it is held against is known. */
export type DecidableClause = Clause & { readonly bound: Exclude<Bound, { readonly kind: 'baseline' }> }

/** `2%`: percentage points (value 0.02) for accuracy, relative (0.02) for everything else; or an absolute value. */
export interface Tolerance {
  readonly kind: 'relative' | 'absolute'
  readonly value: number
  readonly text: string
}
