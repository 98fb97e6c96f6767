import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { InputError } from '../errors.ts'

const ending = '.contract.json'

/**
 * The contract files that the paths name: files as they are, folders with all `*.contract.json` below them, without
 * `node_modules` and hidden folders. Sorted, each once; relative to the working directory.
 *
 * @throws InputError if there is none. A path that does not exist is kept: reading it will say so.
 */
export async function findContracts(paths: readonly string[]): Promise<string[]> {
  const roots = paths.length > 0 ? paths : ['.']
  const found = await Promise.all(roots.map(contractsAt))
  const files = new Set(found.flat().map(file => resolve(file)))
  if (files.size > 0) return [...files].map(file => relative('', file)).toSorted()
  throw new InputError(
    `there is no *${ending} file in ${roots.join(', ')}: name a contract or a folder with one`,
  )
}

async function contractsAt(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    stats => stats.isDirectory(),
    () => false,
  )
  return isFolder ? contractsBelow(path) : [path]
}

async function contractsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = entries.filter(
    entry => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
  )
  // What is a link is followed; what cannot be read says so, instead of being a promise that nobody checks.
  const files = entries.filter(entry => !entry.isDirectory() && entry.name.endsWith(ending))
  const below = await Promise.all(folders.map(({ name }) => contractsBelow(join(folder, name))))
  return [...files.map(({ name }) => join(folder, name)), ...below.flat()]
}
