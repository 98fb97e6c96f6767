import { stat } from 'node:fs/promises'
import { backendOf } from '../backends/backends.ts'
import { buildsOf } from '../builder/builds-of.ts'
import { hashFile, hashModel } from '../builder/cache/hash.ts'
import type { Engines } from '../builder/engine.ts'
import { InputError } from '../errors.ts'
import { dataFiles } from '../onnx/external-data/data-files.ts'

/**
 * Throws InputError if the file of an engine has been replaced since it was hashed: some of the figures would be those of
 * another model. Only files that were touched since `since` are read again.
 *
 * @param since - ms since 1970
 */
export async function checkUnchanged(engines: Engines, since: number): Promise<void> {
  for (const engine of Object.values(engines).flatMap(buildsOf)) {
    const { model, sha256, context } = engine
    const isCompiled = backendOf(context.target).compile !== undefined
    const files = isCompiled ? [model] : [model, ...(await dataFiles(model).catch(() => []))]
    const touched = await Promise.all(files.map(file => changedAt(file)))
    if (touched.every(time => time < since)) continue
    const now = await (isCompiled ? hashFile(model) : hashModel(model)).catch(() => undefined)
    if (now?.sha256 === sha256) continue
    throw new InputError(
      `${model} changed while the contract ran, so its figures are those of no one model: run it again when the file stays`,
    )
  }
}

/** When a file, or its place in the folder, changed last; a file that is gone has changed just now. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ ctimeMs }) => ctimeMs,
    () => Number.POSITIVE_INFINITY,
  )
}
