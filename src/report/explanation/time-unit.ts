/** Writes times of one report in one unit, so that they can be compared at sight. */
export interface TimeUnit {
  /** `135.5 µs` */
  readonly time: (microseconds: number) => string
  /** `+30.9 µs`, with a sign. */
  readonly difference: (microseconds: number) => string
  /** The number alone, as it stands in a column. */
  readonly number: (microseconds: number) => string
  readonly signed: (microseconds: number) => string
  readonly name: string
}

/** Microseconds below 10 ms, else milliseconds; both with enough digits for a hundredth of a per cent. */
export function timeUnit(largest: number): TimeUnit {
  const [name, size, decimals] = largest < 10_000 ? (['µs', 1, 1] as const) : (['ms', 1000, 3] as const)
  const number = (microseconds: number) => (microseconds / size).toFixed(decimals).replace(/^-(?=[0.]+$)/, '')
  const signed = (microseconds: number) => {
    const text = number(microseconds)
    return text.startsWith('-') || Number(text) === 0 ? text : `+${text}`
  }
  return {
    name,
    number,
    signed,
    time: microseconds => `${number(microseconds)} ${name}`,
    difference: microseconds => `${signed(microseconds)} ${name}`,
  }
}
