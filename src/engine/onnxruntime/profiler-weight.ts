import type { KernelRun } from './kernel-profile.ts'

/** What a tensor adds, relative to what a kernel without any has of the profiler. */
export const tensorWeight = 0.04

/**
 * What ONNX Runtime's profiler adds to a kernel, relative to other kernels. It writes shape and type of each tensor down
 * while the kernel's clock runs: a QLinearConv with its nine inputs has more of it than a Conv with three. Chosen so that
 * profiles add up to latencies best: the second table of docs/explanations-checked.md (`npm run bench:explain`).
 */
export function profilerWeight({ inputs, outputs }: Pick<KernelRun, 'inputs' | 'outputs'>): number {
  return 1 + tensorWeight * (inputs.length + outputs.length)
}
