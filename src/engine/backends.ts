import type { Backend } from './backend.ts'
import { onnxruntime } from './onnxruntime/backend.ts'

/** All backends, by the names that targets use. */
export const backends = { onnxruntime } as const satisfies Readonly<Record<string, Backend>>

export type BackendName = keyof typeof backends
