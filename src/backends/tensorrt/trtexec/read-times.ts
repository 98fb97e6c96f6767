import { InputError } from '../../../errors.ts'

/** One query of `--exportTimes`, in ms: one batch. */
export interface TrtexecTime {
  readonly startComputeMs: number
  readonly h2dMs: number
  readonly computeMs: number
  readonly d2hMs: number
  /** h2d + compute + d2h, without the time in the queue. */
  readonly latencyMs: number
}

/**
 * Reads a file of `--exportTimes`, a row per query. Up to 8.4 the rows of the warm-up come first: `after` drops what
 * started before so many ms.
 *
 * @param source what to call the file in messages
 * @throws InputError if the text is not such a file
 */
export function readTimes(text: string, source: string, after = 0): TrtexecTime[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch (error) {
    throw new InputError(
      `${source}: is not JSON, so it holds no times of trtexec: ${(error as Error).message}`,
    )
  }
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isTime)) {
    throw new InputError(`${source}: holds no times of trtexec: expected rows with computeMs and latencyMs`)
  }
  return rows.filter(({ startComputeMs }) => startComputeMs >= after)
}

function isTime(row: unknown): row is TrtexecTime {
  const fields = row as Readonly<Record<string, unknown>> | null
  return ['startComputeMs', 'computeMs', 'latencyMs'].every(name => Number.isFinite(fields?.[name]))
}
