import { backendOf } from '../../backends/backends.ts'
import type { InspectedEngine } from '../../engine/backend.ts'
import type { EngineContext } from '../engine.ts'
import { buildEnvironment } from './build-key.ts'
import { cached } from './cache.ts'
import { targetKey } from './target-key.ts'

/** Loads an engine on the target and says what the runtime makes of it; from the cache if that is known. */
export async function loadModel(
  path: string,
  sha256: string,
  { target, accelerator }: Pick<EngineContext, 'target' | 'accelerator'>,
  signal?: AbortSignal,
): Promise<InspectedEngine> {
  const where = { target: targetKey(target), accelerator }
  const key = { kind: 'loaded model', environment: buildEnvironment(), sha256, ...where }
  const { record } = await cached(key, () => backendOf(target).inspect(path, target, signal))
  return record
}
