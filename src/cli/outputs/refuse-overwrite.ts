import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError } from '../../errors.ts'

/**
 * Throws InputError if what is to be written would take the place of something that is read, by whatever name or link, or if
 * two options name one file.
 *
 * @param outputs - paths by the names of their options; absent ones are not given
 */
export async function refuseOverwrite(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly string[],
): Promise<void> {
  const read = new Map<string, string>()
  for (const input of inputs) read.set(await identityOf(input), input)
  const written = new Map<string, string>()
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue
    const identity = await identityOf(path)
    const input = read.get(identity)
    if (input !== undefined) {
      throw new InputError(
        `\`--${option} ${path}\` would overwrite ${input}, which is read: name another file`,
      )
    }
    const other = written.get(identity)
    if (other !== undefined)
      throw new InputError(`\`--${option}\` and \`--${other}\` name the same file: ${path}`)
    written.set(identity, option)
  }
}

/** The same for all names of a file; of one that is not there, its path. */
async function identityOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return resolve(path)
  return found.isFile() ? `${found.dev}:${found.ino}` : resolve(path)
}
