import type { Accelerator } from '../../../engine/environment.ts'

/** An execution provider of ONNX Runtime that runs on another device than the CPU. A new one is a file and a line in `providers.ts`. */
export interface Provider {
  /** As profiles of ONNX Runtime call it, e.g. `CUDAExecutionProvider`. */
  readonly runtimeName: string
  /** Platforms for which onnxruntime-node has it, as `process.platform` and `process.arch`. */
  readonly platforms: readonly string[]
  /** Whether its devices have numbers, of which a target may choose one. */
  readonly numbered: boolean
  /** What it needs beside onnxruntime-node, with the command that installs it; ends a sentence. */
  readonly needs: string
  /** Environment in which opening a session makes its driver say what it chose. */
  readonly environment?: Readonly<Record<string, string>>
  /** The device that a session was opened on. `log` is what was written to stderr meanwhile. */
  describe(log: string, device: number): Promise<Omit<Accelerator, 'runtime'>>
}
