import { existsSync } from 'node:fs'
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path'
import { InputError } from '../../errors.ts'

/** PATH_MAX of Linux, which has the longest ones. */
const mostCharacters = 4096

/**
 * The absolute path of a file that a contract names. Contracts come with pull requests: they read what is in their project,
 * and in the folders that `QUANTRACT_ALLOW` names. What a link in the project leads to is the project's.
 *
 * @param folder of the contract
 * @throws InputError for any other file
 */
export function projectPath(folder: string, path: string): string {
  const absolute = resolve(folder, path)
  if (absolute.length > mostCharacters) {
    throw new InputError(
      `a path of ${path.length} characters, which begins with \`${path.slice(0, 60)}\`: no file has one of more than ${mostCharacters}`,
    )
  }
  const project = projectOf(resolve(folder))
  const allowed = (process.env.QUANTRACT_ALLOW ?? '').split(delimiter).filter(Boolean)
  if (project === undefined || [project, ...allowed].some(each => contains(each, absolute))) return absolute
  throw new InputError(
    `\`${path}\` lies outside of the project ${project}: copy it there, or allow its folder by QUANTRACT_ALLOW=${dirname(absolute)}`,
  )
}

/** The repository around a folder, or else the nearest package; undefined if there is neither. */
function projectOf(folder: string): string | undefined {
  const above = [...foldersAbove(folder)]
  const holds = (name: string) => above.find(each => existsSync(join(each, name)))
  return holds('.git') ?? holds('package.json')
}

function* foldersAbove(folder: string): Generator<string> {
  yield folder
  if (dirname(folder) !== folder) yield* foldersAbove(dirname(folder))
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path
}
