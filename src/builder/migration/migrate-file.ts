import { rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { backendOf } from '../../backends/backends.ts'
import { defaultTarget } from '../../backends/resolve-target.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { StringStringEntryProtoSchema } from '../../onnx/onnx_pb.ts'
import { withoutFolders } from '../../onnx/without-folders.ts'
import { inOneFile, writeModel } from '../../onnx/write-model.ts'
import { scratchDirectory } from '../../scratch-directory.ts'
import { refuseDataOf } from '../refuse-data-of.ts'
import { type EngineToMigrate, type MigratedModel, migratedModel } from './migrated-model.ts'

export interface FileToMigrate extends EngineToMigrate {
  /** Where the explicit model goes. */
  readonly out: string
}

export interface MigratedFile extends Omit<MigratedModel, 'model'> {
  readonly bytes: number
}

/**
 * Writes the explicit model of an implicit engine. It says in its metadata, under `quantract`, what it was made from. ONNX
 * Runtime loads it before it gets its name.
 *
 * @throws InputError as `migratedModel`
 */
export async function migrateFile(file: FileToMigrate, signal?: AbortSignal): Promise<MigratedFile> {
  const dataOfModel = await dataFiles(file.model)
  refuseDataOf(dataOfModel, file.out)
  const { model, ...migrated } = await migratedModel(file)
  const written = withoutFolders(model)
  const pairs =
    'layers' in file.from
      ? `as the implicit engine of ${basename(file.from.layers)}`
      : `as the plan ${basename(file.from.plan)}`
  const value = `${pairs}, scales of ${basename(file.cache)}${file.half ? ', floats in half' : ''}`
  written.metadataProps = [
    ...written.metadataProps,
    create(StringStringEntryProtoSchema, { key: 'quantract', value }),
  ]
  const scratch = await scratchDirectory('migrate')
  try {
    const trial = join(scratch, 'migrated.onnx')
    await writeModel(written, trial, { temporary: true })
    await backendOf(defaultTarget).inspect(trial, defaultTarget, signal)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  const out = resolve(file.out)
  await writeModel(written, out, { externalDataOver: dataOfModel.length > 0 ? 0 : inOneFile })
  return { ...migrated, bytes: (await stat(out)).size }
}
