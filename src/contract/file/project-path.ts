import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path'
import { InputError } from '../../errors.ts'
import { isRecord } from '../../is-record.ts'

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

/**
 * The repository around a folder, or else the workspace, as in an image that was built without `.git`, or the nearest package;
 * undefined if there is none of them.
 */
function projectOf(folder: string): string | undefined {
  const above = [...foldersAbove(folder)]
  const holds = (name: string) => above.find(each => existsSync(join(each, name)))
  return holds('.git') ?? holds('pnpm-workspace.yaml') ?? above.find(hasWorkspaces) ?? holds('package.json')
}

/** Whether npm and Yarn take the folders that it names for packages of one project. */
function hasWorkspaces(folder: string): boolean {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return isRecord(content) && content.workspaces !== undefined
  } catch {
    return false // There is none, or a package manager has more to say about it than we.
  }
}

function* foldersAbove(folder: string): Generator<string> {
  yield folder
  if (dirname(folder) !== folder) yield* foldersAbove(dirname(folder))
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path
}
