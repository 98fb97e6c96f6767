import type { KernelRun } from './kernel-profile.ts'

/** What a tensor and each of its dimensions add, relative to a kernel without any. */
const tensorWeight = 0.05
const dimensionWeight = 0.008

/** Kernels of one weight differ by so much in what the profiler adds to them. */
export const profilerSpread = 0.15

/**
 * What ONNX Runtime's profiler adds to a kernel, relative to other kernels. It writes type and dimensions of each tensor
 * down while the kernel's clock runs: a QLinearConv with its nine tensors has more of it than a Conv with four.
 */
export function profilerWeight({ inputs, outputs }: Pick<KernelRun, 'inputs' | 'outputs'>): number {
  const tensors = [...inputs, ...outputs]
  const dimensions = tensors.reduce((sum, { shape }) => sum + shape.length, 0)
  return 1 + tensorWeight * tensors.length + dimensionWeight * dimensions
}
