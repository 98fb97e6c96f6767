import { InputError } from '../../../errors.ts'

/** Inferences of which the time of each layer is recorded: medians of so many hardly move. */
export const profiledInferences = 100

/** A file of `--exportProfile`: how long each layer took. Profiling slows layers down: their sum is no latency. */
export interface TrtexecProfile {
  /** Iterations that were profiled. */
  readonly count: number
  readonly layers: readonly ProfiledLayer[]
}

export interface ProfiledLayer {
  readonly name: string
  /** Of all iterations together. */
  readonly timeMs: number
  readonly averageMs: number
  /** Not written before 8.5. */
  readonly medianMs?: number
  readonly percentage: number
}

/**
 * trtexec does not escape names, so this is read by its fixed layout and not as JSON; a formatter may have been at it. Names
 * are not endless, or a damaged file would be searched to its end from each of its rows.
 */
const layer =
  /\{\s*"name"\s*:\s*"(.{0,4096}?)"\s*,\s*"timeMs"\s*:\s*([^,]+?)\s*,\s*"averageMs"\s*:\s*([^,]+?)\s*,(?:\s*"medianMs"\s*:\s*([^,]+?)\s*,)?\s*"percentage"\s*:\s*([^\s}]+)\s*\}/g

/**
 * Reads a file of `--exportProfile`.
 *
 * @param source what to call the file in messages
 * @throws InputError if the text is not such a file
 */
export function readProfile(text: string, source: string): TrtexecProfile {
  const count = /\{\s*"count"\s*:\s*(\d+)\s*\}/.exec(text)?.[1]
  const layers = [...text.matchAll(layer)].map(
    ([, name, timeMs, averageMs, medianMs, percentage]): ProfiledLayer => ({
      name: name!,
      timeMs: number(timeMs!),
      averageMs: number(averageMs!),
      ...(medianMs !== undefined && { medianMs: number(medianMs) }),
      percentage: number(percentage!),
    }),
  )
  const written = text.match(/"timeMs"/g)?.length ?? 0
  if (count === undefined || layers.length === 0 || layers.length !== written) {
    throw new InputError(`${source}: is no profile of trtexec: expected a count, then a row per layer`)
  }
  return { count: Number(count), layers }
}

/** C++ streams write `nan` and `inf`. */
function number(text: string): number {
  if (/^-?nan/.test(text)) return Number.NaN
  return Number(text.replace('inf', 'Infinity'))
}
