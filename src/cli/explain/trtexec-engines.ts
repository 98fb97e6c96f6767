import { resolve, sep } from 'node:path'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import { InputError } from '../../errors.ts'
import { findFiles } from '../../explain/tensorrt/find-files.ts'
import { readEngine } from '../../explain/tensorrt/read-engine.ts'

/** Files that are not beside the profiles; as on the command line, of both engines with a comma between. */
interface OtherFiles {
  readonly layers: string | undefined
  readonly times: string | undefined
}

/**
 * Two engines that trtexec profiled, with what it wrote beside the profiles.
 *
 * @throws InputError if a file is missing or something else.
 */
export async function trtexecEngines(
  a: string,
  b: string,
  { layers, times }: OtherFiles,
): Promise<[EngineProfile, EngineProfile]> {
  const layersOf = both(layers, 'layers')
  const timesOf = both(times, 'times')
  const names = namesOf(a, b)
  const engine = (profile: string, position: 0 | 1) => {
    const found = findFiles(profile)
    const files = {
      profile,
      layers: layersOf[position] ?? found.layers,
      times: timesOf[position] ?? found.times,
    }
    return readEngine(files, names[position])
  }
  return Promise.all([engine(a, 0), engine(b, 1)])
}

function both(text: string | undefined, option: string): [string | undefined, string | undefined] {
  const files = (text ?? ',').split(',')
  if (files.length !== 2) {
    throw new InputError(`\`--${option} ${text}\`: give two files with a comma between, one may be empty`)
  }
  return [files[0] || undefined, files[1] || undefined]
}

/** What readers call the engines: the names of the files without their ends, with as many folders as tell them apart. */
function namesOf(a: string, b: string): [string, string] {
  const [partsA, partsB] = [a, b].map(path =>
    resolve(path)
      .replace(/(\.onnx)?(\.engine)?\.profile\.json$|\.json$/, '')
      .split(sep),
  )
  const name = (parts: readonly string[], count: number) => parts.slice(-count).join('/')
  const depth = Math.max(partsA!.length, partsB!.length)
  let count = 1
  while (count < depth && name(partsA!, count) === name(partsB!, count)) count++
  return count === depth ? [name(partsA!, 1), name(partsB!, 1)] : [name(partsA!, count), name(partsB!, count)]
}
