import type { Dataset } from '../data/dataset.ts'
import type { SampleStream } from '../data/stream/sample-stream.ts'

/** A model that is run on calibration data. */
export interface CalibrationRun {
  /** Path of the float model. */
  readonly model: string
  readonly data: Dataset | SampleStream
  /**
   * Threads within an operator; the last bits of activations depend on them. Without it, a method that runs `alone` takes
   * as many as ONNX Runtime takes by itself; with the others several processes share the CPUs.
   */
  readonly threads?: number
  /**
   * Bytes that the activations of one inference may take. If they exceed it, a part of the values of large ones counts,
   * beside their extremes; and if that is not enough, there is more than one pass over the data.
   */
  readonly memoryBudget?: number
  /** File that keeps what has been counted, so that an interrupted run goes on from there. Gone at the end. */
  readonly saveTo?: string
  /** Milliseconds between two savings. */
  readonly saveEvery?: number
  /** Fewer of the samples count, the first ones, if all of them would take longer. */
  readonly within?: CalibrationTime | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: CalibrationProgress) => void) | undefined
}

interface CalibrationTime {
  readonly seconds: number
  /** Told how many samples count, if not all do. */
  readonly onShortened: (samples: number) => void
}

/** Inferences done, and how many it takes. */
interface CalibrationProgress {
  readonly done: number
  readonly total: number
}
