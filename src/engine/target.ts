import type { BackendName } from '../backends/backends.ts'
import type { ProviderName } from '../backends/onnxruntime/providers/providers.ts'

/** Where engines run. Two engines are compared only on equal targets. */
export interface Target {
  readonly backend: BackendName
  /** Execution provider of ONNX Runtime; other backends have none. */
  readonly provider?: ProviderName
  /** Threads within an operator. */
  readonly threads: number
  /** Samples per inference. */
  readonly batch: number
  /** Number of the GPU; absent on a CPU. */
  readonly device?: number
  /** How often every variant is built, where the backend builds engines of its own: they differ from build to build. */
  readonly builds?: number
  /** Words that stand before every command on the target, e.g. `ssh`, `jetson`. */
  readonly launcher?: readonly string[]
  /** What runs TensorRT: its Python module where it is there (default), or else `trtexec`. */
  readonly host?: 'python' | 'trtexec'
  /** Path of trtexec on the target. */
  readonly trtexec?: string
  /** Path of the Python that has the module `tensorrt`, on the target. */
  readonly python?: string
}

/** Whether engines run on the CPU, where kernels of INT8 and their profiles tell what a layer costs. */
export function runsOnCpu({ provider }: Target): boolean {
  return provider === 'cpu'
}

export const defaultTarget = {
  backend: 'onnxruntime',
  provider: 'cpu',
  threads: 1,
  batch: 1,
} as const satisfies Target
