import type { PlacementName } from '../quantize/placements.ts'
import type { Accelerator } from './environment.ts'
import type { HostOptions } from './host.ts'
import type { Target, TargetWords } from './target.ts'
import type { Feed, TensorInfo } from './tensor-info.ts'

/** What runs engines on a target. A new one is a folder of `backends/` that exports this, and a line in `backends.ts`. */
export interface Backend<Own extends Target = Target> {
  /** The words of its targets. */
  readonly words: TargetWords<Own>
  /** Whether engines run on the CPU: their memory is that of their process. */
  runsOnCpu(target: Own): boolean
  /**
   * Whether engines run the kernels of ONNX Runtime's CPU provider: what it fuses, where it overflows and what its profiler
   * says of a layer holds for them. Absent if they never do.
   */
  runsOnnxruntimeKernels?(target: Own): boolean
  /**
   * Whether products of its INT8 kernels may overflow where a CPU has no VNNI, so that this is measured. Absent if they never
   * do.
   */
  kernelsMayOverflow?(target: Own): boolean
  /**
   * Placements whose pairs its kernels take up: the implicit builder plans with whichever is faster. Absent: that of ONNX
   * Runtime.
   */
  readonly placements?: readonly PlacementName[]
  /** The same target computing in 32 bits, where floats may be narrower; absent, or undefined, if they never are. */
  inFloat32?(target: Own): Own | undefined
  /**
   * The same target with denormal numbers taken as zero; absent, or undefined, if they cost it no time or are taken so
   * already.
   */
  withoutDenormals?(target: Own): Own | undefined
  /** The device and its software, as far as speed and accuracy depend on them; undefined if that is the CPU. */
  accelerator(target: Own): Promise<Accelerator | undefined>
  /** Looks at the devices of a target from now on, until it is stopped; absent if there are none to look at. */
  watch?(target: Own): Promise<DeviceWatch>
  /** What this backend can run with, and how to get what is not there. Never throws for what is not there. */
  installed(target: Own): Promise<readonly Installed[]>
  /**
   * Makes an engine file for one device from an ONNX model; absent if ONNX files run as they are. Gives what a reader
   * should know of the build, a sentence each. Throws InputError if it fails, or would not mean what it seems to.
   */
  compile?(
    source: CompileSource,
    engine: string,
    target: Own,
    options: CompileOptions,
  ): Promise<readonly string[]>
  /** Opens engines, in the order given, so that they can be timed in turns. */
  open(engines: readonly EngineFile[], target: Own, options?: OpenOptions): Promise<OpenEngines>
  /** Reads back what the runtime made of an engine. Throws InputError if it cannot be loaded. */
  inspect(engine: string, target: Own, signal?: AbortSignal): Promise<InspectedEngine>
}

/** Devices that are looked at while something runs on them. */
export interface DeviceWatch {
  stop(): Promise<readonly WatchedDevice[]>
}

/** A device before something ran on it, and at every look while it ran. */
export interface WatchedDevice {
  readonly before: DeviceState
  readonly during: readonly DeviceState[]
}

/** A device as its driver sees it; what the driver does not know is absent. */
export interface DeviceState {
  readonly name: string
  readonly driver: string
  /** Clock of the processors and the highest it can have, MHz. */
  readonly smClock?: number
  readonly maxSmClock?: number
  /** Watts. */
  readonly power?: number
  readonly powerLimit?: number
  /** Degrees Celsius. */
  readonly temperature?: number
  /** Share of the last second in which a kernel ran. */
  readonly utilization?: number
  /** Why clocks are lower than they could be, in words; none if they are not. */
  readonly slowedDownBy: readonly string[]
}

/** One thing that engines can run with. */
export interface Installed {
  /** In the words of a target, e.g. `onnxruntime/cpu`, `tensorrt by trtexec`. */
  readonly name: string
  /** Version and place; absent if it is not there. */
  readonly found?: string
  /** A command that installs it, or where it comes from. */
  readonly install?: string
  /** It was looked for where the launcher of the target leads to. */
  readonly there?: true
}

/** What an engine is compiled from. */
export interface CompileSource extends Signature {
  /** Path of the ONNX model. */
  readonly model: string
  readonly quantization: 'none' | 'implicit' | 'explicit'
  /** With `implicit`: scale (largest magnitude / 127) of every float activation of the model, by tensor name. */
  readonly scales?: ReadonlyMap<string, number>
}

export interface CompileOptions {
  /** A file, also one that is not there yet, in which timings of kernels outlive a build: all variants share it. */
  readonly timingCache: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/** A file to be opened, under an id by which its inferences are asked for. */
export interface EngineFile {
  readonly id: string
  /** Path of what runs: an ONNX model, or what the backend compiled from one. */
  readonly model: string
  /** Where it runs, if that is not where the others do. */
  readonly target?: Target
  /** Spins so many ms in every timed inference: a known difference, on which measuring itself is checked. */
  readonly delay?: number
}

export interface OpenOptions extends HostOptions {
  /**
   * The process may have run other engines before, which saves its start. Not for what is timed or whose memory is measured:
   * what ran before leaves its mark on both.
   */
  readonly reuse?: boolean
}

export interface Signature {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
}

/**
 * What a segment of a comparison is. `inferences`: all engines share one process, and segments may be single inferences.
 * Otherwise every segment is a process of its own, with so many inferences, and takes about so many seconds.
 */
export type Segments = 'inferences' | { readonly inferences: number; readonly seconds: number }

export interface PacedTimes {
  /** Latencies in ms. */
  readonly milliseconds: Float64Array
  /** CPU time in ms of the process, all threads, in each inference. */
  readonly cpu: Float64Array
  /** In us. */
  readonly probes: Float64Array
}

/** Engines that are open together. */
export interface OpenEngines {
  readonly segments: Segments
  /** Processes that take turns; absent if all engines share one. */
  readonly processes?: number
  readonly cpus?: string
  /** What probes the pace, in one word, if it is not pace-probe.ts: its times are others. */
  readonly probe?: string
  readonly signatures: ReadonlyMap<string, Signature>
  feed(feeds: readonly Feed[]): Promise<void>
  /** Latencies in ms of `order.length` segments of `length` inferences each. */
  time(order: readonly string[], length: number): Promise<Float64Array>
  /**
   * The same, with the pace of the machine between them: probes (pace-probe.ts) in us before every `every` segments and
   * after the last; absent if engines run where no probe of ours does.
   */
  readonly timeWithPace?:
    | ((order: readonly string[], length: number, every: number) => Promise<PacedTimes>)
    | undefined
  infer(id: string, feeds: readonly Feed[], outputs?: readonly string[]): Promise<Feed[]>
  /** Time in ms that inferences had to wait for a CPU since the last call; undefined if nobody can say. */
  waited(): Promise<number | undefined>
  /** Bytes. Throws InputError if the backend cannot say. */
  peakMemory(): Promise<number>
  close(id: string): Promise<void>
  stop(): Promise<void>
}

export type Precision = 'int8' | 'half' | 'float' | 'other'

/** One step of a built engine: what the runtime really runs, fused or not. */
export interface EngineLayer {
  readonly name: string
  readonly op: string
  readonly precision: Precision
  /** The ONNX operator whose sums of products it computes, e.g. `Conv` also if it is fused or in INT8; absent of others. */
  readonly operator?: string
  /** The CPU runs it, although the target is another device that cannot. */
  readonly onCpu?: true
}

/** What the runtime says of an engine that it has loaded. */
export interface InspectedEngine extends Signature {
  /** In the order of running. */
  readonly layers: readonly EngineLayer[]
}
