import type { Target } from '../engine/target.ts'
import { buildEnvironment } from './build-key.ts'
import { cached } from './cache.ts'
import { type LoadedModel, loadOnce } from './inspect-engine.ts'

/** Loads a model on the target and says what the runtime makes of it; from the cache where that is known. */
export async function loadModel(
  path: string,
  sha256: string,
  { threads }: Target,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const key = { kind: 'loaded model', environment: buildEnvironment(), sha256, threads }
  const { record } = await cached(key, () => loadOnce(path, { threads }, signal))
  return record
}
