import type { Backend } from '../engine/backend.ts'
import { onnxruntime } from './onnxruntime/backend.ts'
import { tensorrt } from './tensorrt/backend.ts'

export type BackendName = 'onnxruntime' | 'tensorrt'

/** All backends, by the names that targets use. */
export const backends: Readonly<Record<BackendName, Backend>> = { onnxruntime, tensorrt }
