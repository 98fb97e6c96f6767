/** The interval of values that an activation takes, found by calibration. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** Activation ranges by tensor name. */
export type Ranges = ReadonlyMap<string, Range>
