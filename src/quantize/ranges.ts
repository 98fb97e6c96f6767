/** The interval of values that an activation takes, found by calibration: of its finite values. */
export interface Range {
  readonly min: number
  readonly max: number
  /** The tensor takes infinite values besides. */
  readonly infinite?: true
  /** The largest magnitude of the smallest rows, one in twenty, where rows are divided by their size later. */
  readonly smallRows?: number
  /** The first sample in which a value of the tensor is not a number, if there is one. */
  readonly nanIn?: string
}

/** Activation ranges by tensor name. */
export type Ranges = ReadonlyMap<string, Range>
