import { join } from 'node:path'
import { cacheDirectory } from '../../cache-directory.ts'
import { hashJson } from '../cache/hash.ts'
import type { EngineContext } from '../engine.ts'

/**
 * Path of the timing cache of a build. Builds with one timing cache choose the same kernels: all variants share it, so that
 * they choose among the same figures, and no two builds of one variant, which would be one and the same engine.
 *
 * @param build - number of the build, from 1
 */
export function timingCacheOf({ accelerator }: Pick<EngineContext, 'accelerator'>, build: number): string {
  const device = hashJson(accelerator).slice(0, 16)
  return join(cacheDirectory(), `timing-${device}${build === 1 ? '' : `-build-${build}`}.cache`)
}
