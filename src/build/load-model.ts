import type { InspectedEngine } from '../engine/backend.ts'
import { backends } from '../engine/backends.ts'
import type { Target } from '../engine/target.ts'
import { buildEnvironment } from './build-key.ts'
import { cached } from './cache.ts'

/** Loads an engine on the target and says what the runtime makes of it; from the cache where that is known. */
export async function loadModel(
  path: string,
  sha256: string,
  target: Target,
  signal?: AbortSignal,
): Promise<InspectedEngine> {
  const { backend, threads } = target
  const key = { kind: 'loaded model', environment: buildEnvironment(), sha256, backend, threads }
  const { record } = await cached(key, () => backends[backend].inspect(path, target, signal))
  return record
}
