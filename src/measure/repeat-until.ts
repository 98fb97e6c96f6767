export interface RepeatOptions {
  /** So many are measured, whatever the time; none if absent. */
  readonly least?: number
  /** No more than so many; if absent, as many as there is time for. */
  readonly most?: number
  readonly seconds: number
  /** Whether another one would change nothing: it ends the measurement, also below `least`. */
  readonly isDecided?: () => boolean
  readonly signal?: AbortSignal | undefined
  /** Clock in ms. Default: `performance.now`. */
  readonly now?: () => number
}

/**
 * Measures one after the other until the answer is decided, or time is up.
 *
 * @param measure - takes the number of the measurement, from 0
 * @returns what was measured, in order
 */
export async function repeatUntil<Measured>(
  measure: (index: number) => Promise<Measured>,
  options: RepeatOptions,
): Promise<Measured[]> {
  const { least = 0, most = Number.POSITIVE_INFINITY, seconds, isDecided, signal } = options
  const now = options.now ?? (() => performance.now())
  const deadline = now() + seconds * 1000
  const measured: Measured[] = []
  const isTime = () => measured.length < least || (measured.length < most && now() < deadline)
  while (!isDecided?.() && isTime()) {
    signal?.throwIfAborted()
    measured.push(await measure(measured.length))
  }
  return measured
}
