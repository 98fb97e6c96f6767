import type { KernelRun } from './kernel-profile.ts'

/** What a tensor and each of its dimensions add, relative to a kernel without any: measured by `npm run bench:profiler`. */
const tensorWeight = 0.05
const dimensionWeight = 0.008

/**
 * Share by which what the profiler adds may differ from engine to engine: twice as much as kernels differ from their weight
 * (`npm run bench:profiler`: 10% root mean square).
 */
export const profilerSpread = 0.2

/**
 * What ONNX Runtime's profiler adds to a kernel, relative to other kernels. It writes type and dimensions of each tensor
 * down while the kernel's clock runs: a QLinearConv with its nine tensors has more of it than a Conv with four.
 */
export function profilerWeight({ inputs, outputs }: Pick<KernelRun, 'inputs' | 'outputs'>): number {
  const tensors = [...inputs, ...outputs]
  const dimensions = tensors.reduce((sum, { shape }) => sum + shape.length, 0)
  return 1 + tensorWeight * tensors.length + dimensionWeight * dimensions
}
