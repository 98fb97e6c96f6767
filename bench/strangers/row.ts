import type { OutputError } from './answers.ts'
import type { Int8Counts } from './facts/int8-counts.ts'
import type { Timing } from './timing.ts'

/** A command of quantract on a subject. */
export interface Step {
  /** `implicit`, `explicit onnxruntime`, `check`, `compare`. */
  readonly name: string
  readonly outcome: 'done' | 'refused' | 'crashed' | 'timed out'
  /** What it printed, without progress. */
  readonly said: string
  readonly exitCode?: number
  readonly seconds: number
  readonly peakMemory: number
  /** The file that was written. */
  readonly written?: {
    readonly bytes: number
    readonly unusedDomains: readonly string[]
    readonly copies: readonly string[]
    readonly paths: readonly string[]
    /** Absent if the runtime did not load it. */
    readonly counts?: Int8Counts
    readonly errors?: readonly OutputError[]
    readonly failure?: string
  }
}

/** All that was found about a subject. */
export interface Row {
  readonly name: string
  /** `float`, `Q/DQ`, `contract`, ... */
  readonly kind: string
  readonly bytes: number
  /** Where the samples come from. */
  readonly data: string
  /** Why the runtime itself does not run the file. */
  readonly unrunnable?: string
  readonly steps: readonly Step[]
  /** By name of a step; also `fp32`, `fp32, denormals flushed` and `Python`. */
  readonly timings?: Readonly<Record<string, Timing>>
  /** Why there is no model of ONNX Runtime's quantizer. */
  readonly noPython?: string
  /** What is wrong; empty if nothing is. */
  readonly misses: readonly string[]
}
