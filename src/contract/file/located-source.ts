import type { FileSource } from '../../data/sample-source.ts'

/** Where a file or several are: one path, a list, or one by input name. */
type Paths = string | readonly string[] | Readonly<Record<string, string>>

/** What a contract says of its data. */
interface SourceInContract {
  readonly npz?: Paths
  readonly npy?: Paths
  readonly raw?: Paths
  readonly images?: Paths
  readonly labels?: string
  readonly random?: boolean | Readonly<Record<string, unknown>>
}

const kinds = ['npz', 'npy', 'raw', 'images'] as const

/** Samples as `buildEngines` takes them, with absolute paths. The schema has seen that there is one source. */
export function locatedSource<Source extends SourceInContract>(
  source: Source,
  absolute: (path: string) => string,
): FileSource & Pick<Source, Exclude<keyof Source, keyof FileSource>> {
  // Random numbers lie nowhere.
  if (source.random !== undefined) return source as unknown as FileSource & Source
  const { npz, labels } = source
  const files = kinds
    .filter(kind => source[kind] !== undefined)
    .map(kind => [kind, located(source[kind]!, absolute)])
  const isFile = labels !== undefined && npz === undefined && labels !== 'folders'
  const found = { ...source, ...Object.fromEntries(files), ...(isFile && { labels: absolute(labels) }) }
  return found as unknown as FileSource & Source
}

function located(paths: Paths, absolute: (path: string) => string): Paths {
  if (typeof paths === 'string') return absolute(paths)
  if (Array.isArray(paths)) return (paths as readonly string[]).map(absolute)
  return Object.fromEntries(Object.entries(paths).map(([input, path]) => [input, absolute(path as string)]))
}
