import { stat } from 'node:fs/promises'
import { backendOf } from '../backends/backends.ts'
import { buildsOf } from '../builder/builds-of.ts'
import { hashFile, hashModel } from '../builder/cache/hash.ts'
import type { Engine, Engines } from '../builder/engine.ts'
import { InputError } from '../errors.ts'
import { dataFiles } from '../onnx/external-data/data-files.ts'

/** When the files of engines, or their places in the folders, changed last: ms since 1970, by path. */
export type FileTimes = ReadonlyMap<string, number>

/** The times of all files that engines run from. */
export async function fileTimes(engines: Engines): Promise<FileTimes> {
  const files = await Promise.all(Object.values(engines).flatMap(buildsOf).map(filesOf))
  return new Map(await Promise.all(files.flat().map(async file => [file, await changedAt(file)] as const)))
}

/**
 * Throws InputError if the file of an engine has been replaced since it was hashed: some of the figures would be those of
 * another model. Only files that were touched since `since`, or have another time than `built`, are read again: somebody may
 * have set the clock back meanwhile.
 *
 * @param since - ms since 1970
 * @param built - times of the files when the engines were built
 */
export async function checkUnchanged(engines: Engines, since: number, built: FileTimes): Promise<void> {
  for (const engine of Object.values(engines).flatMap(buildsOf)) {
    const { model, sha256 } = engine
    const files = await filesOf(engine)
    const untouched = await Promise.all(
      files.map(async file => {
        const time = await changedAt(file)
        return time < since && time === built.get(file)
      }),
    )
    if (untouched.every(Boolean)) continue
    const now = await (isCompiled(engine) ? hashFile(model) : hashModel(model)).catch(() => undefined)
    if (now?.sha256 === sha256) continue
    throw new InputError(
      `${model} changed while the contract ran, so its figures are those of no one model: run it again when the file stays`,
    )
  }
}

function isCompiled({ context }: Engine): boolean {
  return backendOf(context.target).compile !== undefined
}

async function filesOf(engine: Engine): Promise<string[]> {
  const { model } = engine
  return isCompiled(engine) ? [model] : [model, ...(await dataFiles(model).catch(() => []))]
}

/** When a file, or its place in the folder, changed last; a file that is gone has changed just now. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ ctimeMs }) => ctimeMs,
    () => Number.POSITIVE_INFINITY,
  )
}
