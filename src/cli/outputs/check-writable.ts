import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../errors.ts'
import { systemCause } from '../../system-error.ts'

/** Throws InputError if the file could not be written later: that should not come out after an hour of measuring. */
export async function checkWritable(path: string, option = 'json'): Promise<void> {
  if (path === '') throw new InputError(`\`--${option}\` names no file`)
  if (path.endsWith('/')) throw new InputError(`\`--${option} ${path}\`: is a folder: name a file`)
  const isFolder = await stat(path).then(
    stats => stats.isDirectory(),
    () => false,
  )
  if (isFolder) throw new InputError(`\`--${option} ${path}\`: is a folder: name a file`)
  await access(dirname(path), constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const { code } = error
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be written to: ${systemCause(code) ?? code}`
    throw new InputError(`\`--${option} ${path}\`: its folder ${why}`)
  })
}
