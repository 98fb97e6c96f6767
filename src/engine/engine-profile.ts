import type { QuantizedGraph } from '../quantize/qdq/quantized-graph.ts'
import type { Accelerator } from './environment.ts'

/** What a layer computes on. `other` are integers that are indices or accumulators, and booleans. */
export type ElementType = 'int8' | 'half' | 'float' | 'other'

/** A tensor at the edge of a layer, as the runtime names it. */
export interface LayerTensor {
  readonly name: string
  readonly type: ElementType
  /** Dimensions where they are known. */
  readonly shape?: readonly number[]
  /** Memory layout where the runtime tells, e.g. `Thirty-two wide channel vectorized row major`. */
  readonly layout?: string
}

/** One layer of an engine, as it was profiled: the same for every runtime. */
export interface ProfiledLayer {
  /** As the runtime names it. */
  readonly name: string
  /** The runtime's operator: `QLinearConv`, `CaskConvolution`, `Reformat`. */
  readonly op: string
  /** `conversion`: only changes element type or memory layout - Q, DQ, reformat, reorder - and does the work of no node. */
  readonly kind: 'compute' | 'conversion'
  /**
   * Names of the ONNX nodes whose work it does, in graph order, without Q and DQ nodes that were fused into it; of a
   * conversion, the Q/DQ nodes where it stands for them. Empty if the runtime does not tell.
   */
  readonly nodes: readonly string[]
  readonly inputs: readonly LayerTensor[]
  readonly outputs: readonly LayerTensor[]
  /** Time in one inference, in µs: a median, or a mean over quiet inferences. */
  readonly microseconds: number
  /** Quartiles of that time, in µs; absent if the profile holds one figure alone. */
  readonly quartiles?: readonly [number, number]
  /** What the profiler adds to that time, relative to other layers; absent if it adds the same to each: 1. */
  readonly profilerWeight?: number
}

/** The layers of one engine in the order of running. Profiling slows an engine down: their sum is not its latency. */
export interface EngineProfile {
  /** What readers call it: a variant, or the file that it was read from. */
  readonly name: string
  /** Name of the backend. */
  readonly runtime: string
  /** Whether Q/DQ nodes in the model say what runs in INT8, or the builder chose it, or nothing is to run in INT8. */
  readonly quantization: 'explicit' | 'implicit' | 'none'
  readonly layers: readonly ProfiledLayer[]
  /** Latency of one inference without profiling, in µs; absent if it was not measured. */
  readonly latency?: { readonly median: number; readonly lower: number; readonly upper: number }
  /** What an inference takes beside its layers, in µs; absent if it was not measured: then part of what is unattributed. */
  readonly outside?: number
  /** Share by which what the profiler adds may differ from that in another engine; absent if it is the same. */
  readonly profilerSpread?: number
  /** Operator of the ONNX nodes, by their names, where the model is at hand. */
  readonly operators?: ReadonlyMap<string, string>
  /** The model that was loaded, for ONNX Runtime. */
  readonly graph?: QuantizedGraph
  /** The CPU that it ran on, behind a launcher; absent if that is this machine's. */
  readonly cpu?: Accelerator['cpu']
  /** What to know before trusting it, e.g. that one inference alone was profiled; sentences without a full stop. */
  readonly notes?: readonly string[]
}

/** Precision of a layer: the type of its first input, which is what its kernel computes on. */
export function precisionOf({ inputs, outputs }: ProfiledLayer): ElementType {
  return inputs[0]?.type ?? outputs[0]?.type ?? 'other'
}

/** Whether a tensor holds 8-bit integers. */
export function isInt8({ type }: Pick<LayerTensor, 'type'>): boolean {
  return type === 'int8'
}

/** Whether a tensor holds floating-point numbers, of 16 or 32 bits. */
export function isFloat({ type }: Pick<LayerTensor, 'type'>): boolean {
  return type === 'half' || type === 'float'
}
