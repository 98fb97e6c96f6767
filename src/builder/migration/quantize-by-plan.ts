import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { scratchDirectory } from '../../scratch-directory.ts'
import type { BuildOptions } from '../build-spec.ts'
import { type FileToQuantize, quantizeFile } from '../quantize-file.ts'
import { type MigratedFile, migrateFile } from './migrate-file.ts'

export interface FileByPlan
  extends Pick<FileToQuantize, 'model' | 'calibration' | 'method' | 'target' | 'seed'> {
  /** File of a plan that placement `tuned` has found, or somebody has changed. */
  readonly plan: string
  readonly out: string
}

/** Any: the cache is read here alone. */
const version = 100600

/**
 * Writes the explicit model that a plan describes, with scales of a calibration: what `--tensorrt-cache` and then `migrate`
 * give, in one go.
 *
 * @throws InputError as `quantizeFile` and `migratedModel`
 */
export async function quantizeByPlan(
  { plan, out, model, calibration, method, target, seed }: FileByPlan,
  options: BuildOptions = {},
): Promise<MigratedFile> {
  const scratch = await scratchDirectory('plan')
  try {
    const name = typeof calibration === 'string' ? `${basename(calibration)}, ${method}` : method
    const cache = { path: join(scratch, name), version }
    const words = { ...(target && { target }), ...(seed !== undefined && { seed }) }
    const ofCache = { model, calibration, method, variant: { to: 'implicit' }, tensorrtCache: cache } as const
    await quantizeFile({ ...ofCache, ...words }, options)
    return await migrateFile({ model, from: { plan }, cache: cache.path, out }, options.signal)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
