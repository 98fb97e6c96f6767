import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InputError } from '../../errors.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'

/** SHA-256 and size of a model file together with the files that hold its external data. */
export interface ModelHash {
  readonly sha256: string
  readonly bytes: number
}

export async function hashModel(path: string): Promise<ModelHash> {
  const files = [path, ...(await dataFiles(path))]
  const hash = createHash('sha256')
  let bytes = 0
  for (const file of files) {
    if (file !== path) hash.update(basename(file))
    await pipeline(createReadStream(file), hash, { end: false })
    bytes += (await stat(file)).size
  }
  return { sha256: hash.digest('hex'), bytes }
}

/** The same of one file that stands alone. Throws InputError if it is not there. */
export async function hashFile(path: string): Promise<ModelHash> {
  await access(path).catch(() => {
    throw new InputError(`${path}: does not exist: check its path`)
  })
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash, { end: false })
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}

/** SHA-256 of a value's JSON form, hex. */
export function hashJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
