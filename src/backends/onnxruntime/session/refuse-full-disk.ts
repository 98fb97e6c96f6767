import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../../errors.ts'
import { systemCause } from '../../../system-error.ts'

/** What a graph takes at least, however small its model. */
const leastBytes = 2 ** 16

/**
 * ONNX Runtime does not say that a disk is full when it fails to write a graph.
 *
 * @param file - that it had to write
 * @param model - of which it is a form
 * @throws InputError if there is no room for it
 */
export async function refuseFullDisk(file: string, model: string): Promise<void> {
  const folder = dirname(file)
  const [disk, found] = await Promise.all([statfs(folder), stat(model).catch(() => undefined)])
  const size = found?.size ?? 0
  if (disk.bavail * disk.bsize >= Math.max(size, leastBytes)) return
  throw new InputError(`${folder}: ${systemCause('ENOSPC')}`)
}
