import { type AnyTarget, backendOf } from '../backends/backends.ts'
import { defaultTarget } from '../backends/resolve-target.ts'

/**
 * Where the float model runs that engines are compared with: in 32 bits, and on ONNX Runtime where a backend compiles engines
 * of its own, which would be another build.
 */
export function floatTarget(target: AnyTarget): AnyTarget {
  const backend = backendOf(target)
  if (backend.compile) return { ...defaultTarget, batch: target.batch }
  return (backend.inFloat32?.(target) as AnyTarget | undefined) ?? target
}
