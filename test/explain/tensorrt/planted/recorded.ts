import { fileURLToPath } from 'node:url'
import type { EngineProfile } from '../../../../src/engine/engine-profile.ts'
import { findFiles } from '../../../../src/explain/tensorrt/find-files.ts'
import { readEngine } from '../../../../src/explain/tensorrt/read-engine.ts'

/** An engine of TensorRT 10.6 on an H200, of a model that `bench/gpu/planted.ts` makes. */
export function recorded(name: string): Promise<EngineProfile> {
  return readEngine(findFiles(fileURLToPath(new URL(`${name}.profile.json`, import.meta.url))), name)
}
