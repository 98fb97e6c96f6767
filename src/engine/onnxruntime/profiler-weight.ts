import type { KernelRun } from './kernel-profile.ts'

/** What a word that the profiler writes adds, relative to a kernel without any. */
export const wordWeight = 0.1

/**
 * What ONNX Runtime's profiler adds to a kernel, relative to other kernels. It writes type and dimensions of each tensor
 * down while the kernel's clock runs: a QLinearConv with its nine inputs has more of it than a Conv with three, and an
 * operator on images more than one on vectors. Chosen so that profiles add up to latencies: the second table of
 * docs/explanations-checked.md (`npm run bench:explain`).
 */
export function profilerWeight({ inputs, outputs }: Pick<KernelRun, 'inputs' | 'outputs'>): number {
  const words = [...inputs, ...outputs].reduce((sum, { shape }) => sum + 1 + shape.length, 0)
  return 1 + wordWeight * words
}
