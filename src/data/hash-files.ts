import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { InputError } from '../errors.ts'
import { refuseSpecialFile } from '../plain-file.ts'
import { whyUnreadable } from './why-unreadable.ts'

/**
 * SHA-256 of the content of files, in their order, and of what is done with them, hex. One file with nothing done to it
 * has the SHA-256 of its bytes.
 *
 * @param name what to call the data in messages
 */
export async function hashFiles(files: readonly string[], name: string, settings?: unknown): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    await refuseSpecialFile(file, name)
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18 }))
        hash.update(chunk as Buffer)
    } catch (error) {
      throw new InputError(whyUnreadable(name, error as NodeJS.ErrnoException))
    }
  }
  if (settings !== undefined) hash.update(JSON.stringify(settings))
  return hash.digest('hex')
}
