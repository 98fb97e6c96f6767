import type { Target } from '../engine/target.ts'
import { backendOf } from './backends.ts'

/** A target in one line, e.g. `onnxruntime cpu, 1 thread, batch 1` or `tensorrt device 0, batch 32`. */
export function formatTarget(target: Target): string {
  return backendOf(target).words.describe(target).join(', ')
}
