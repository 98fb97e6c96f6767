import type { TensorrtVersion } from './version.ts'

/** Why there is no such build, and what there is instead. */
export function noImplicit({ text }: TensorrtVersion): string {
  return `TensorRT ${text} builds no implicit INT8: version 11.0 removed it; use 10.x, or make the variant explicit: { "quantization": "explicit", "placement": "tensorrt" }`
}
