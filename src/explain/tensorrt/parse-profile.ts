import { InputError } from '../../errors.ts'
import { isObject, parseJson } from './parse-json.ts'

/** What `trtexec --exportProfile` wrote. */
export interface TensorrtProfile {
  /** Inferences that were profiled. */
  readonly count: number
  /** In the order of running; a name may be there twice. */
  readonly layers: readonly { readonly name: string; readonly microseconds: number }[]
}

/**
 * Reads a profile: `[{ "count": n }, { "name", "timeMs", "averageMs", "medianMs", "percentage" }, ...]`. TensorRT 8.2
 * wrote no median: there it is the average.
 *
 * @throws InputError where the text is something else, or a layer has no time.
 */
export function parseProfile(text: string, file: string): TensorrtProfile {
  const json = parseJson(text, file)
  const wrong = (what: string) => new InputError(`${file}: ${what}`)
  if (!Array.isArray(json)) {
    const given = isObject(json) && 'Layers' in json ? 'layer information' : 'something else'
    throw wrong(`is ${given}, not a profile: give the file that trtexec wrote for --exportProfile`)
  }
  const [header, ...rows] = json as unknown[]
  if (!isObject(header) || typeof header.count !== 'number') {
    const given =
      isObject(header) && 'latencyMs' in header ? 'times (--exportTimes)' : 'a list of something else'
    throw wrong(`is ${given}, not a profile: give the file that trtexec wrote for --exportProfile`)
  }
  const layers = rows.map((row, index) => {
    if (!isObject(row) || typeof row.name !== 'string') throw wrong(`layer ${index + 1} has no name`)
    const milliseconds = row.medianMs ?? row.averageMs
    if (typeof milliseconds !== 'number' || !(milliseconds >= 0)) {
      throw wrong(`layer \`${row.name}\` has no time: profile the engine again`)
    }
    return { name: row.name, microseconds: milliseconds * 1000 }
  })
  if (layers.length === 0) throw wrong('has no layers: profile the engine again')
  return { count: header.count, layers }
}
