import type { AnyTarget } from '../../backends/backends.ts'

/**
 * What a target says of an engine: of three builds the first is the one that a target with a single build has, and how long
 * a build may take changes nothing of it.
 */
export function targetKey(target: AnyTarget): unknown {
  return { ...target, builds: undefined, ofBuilds: undefined, timeout: undefined }
}
