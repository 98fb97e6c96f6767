import { InputError } from '../../errors.ts'
import { isObject, parseJson } from './parse-json.ts'

/** trtexec's default for --warmUp, in ms from its start. */
const warmUp = 200

/**
 * Reads what `trtexec --exportTimes` wrote, a row per inference. TensorRT before 8.5 wrote the inferences of the warm-up
 * too; they are left out, unless there are no others. `computeMs` is taken: transfers are no work of the engine, and
 * differences of time stamps keep six digits alone.
 *
 * @returns Time of each inference on the device, in µs.
 * @throws InputError where the text is something else, or an inference has no time.
 */
export function parseTimes(text: string, file: string): readonly number[] {
  const json = parseJson(text, file)
  const wrong = (what: string) => new InputError(`${file}: ${what}`)
  const rows = Array.isArray(json) ? (json as unknown[]) : undefined
  if (rows === undefined || (rows.length > 0 && !(isObject(rows[0]) && 'computeMs' in rows[0]))) {
    throw wrong('is something else than times: give the file that trtexec wrote for --exportTimes')
  }
  const times = rows.map((row, index) => {
    const { computeMs, startComputeMs } = isObject(row) ? row : {}
    if (typeof computeMs !== 'number' || !(computeMs > 0))
      throw wrong(`inference ${index + 1} has no computeMs`)
    return {
      microseconds: computeMs * 1000,
      start: typeof startComputeMs === 'number' ? startComputeMs : warmUp,
    }
  })
  if (times.length === 0) throw wrong('has no inferences: time the engine again')
  const warm = times.filter(({ start }) => start >= warmUp)
  return (warm.length > 0 ? warm : times).map(({ microseconds }) => microseconds)
}
