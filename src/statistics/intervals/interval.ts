/** An interval estimate; a bound that the data cannot give is -Infinity or Infinity. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}
