import type { CustomScore } from '../accuracy/score.ts'
import type { Target } from '../engine/target.ts'
import type { Variant } from './variant.ts'

/** A file of samples: `.npz` with one array per model input, first axis = samples; labels are one more array. */
export interface DataSource {
  readonly npz: string
  /** Name of the array of labels, one class index per sample; `label` or `labels` where it is not said. */
  readonly labels?: string
  /** Take only so many samples, from the start. */
  readonly limit?: number
}

/** What `buildEngines` makes engines from. Relative paths are relative to the working directory. */
export interface BuildSpec<V extends string = string> {
  /** The fp32 ONNX model. */
  readonly model: string
  readonly variants: Readonly<Record<V, Variant>>
  /**
   * Samples for calibration; the path of an `.npz` file, or more about it. `random` feeds random numbers, for
   * experiments on speed alone: clauses about the accuracy of a variant that was calibrated so are refused.
   */
  readonly calibration?: string | DataSource
  /**
   * Labelled samples for accuracy. `population` (default): gaps on this set are what counts, and exact. `sample`: the
   * set stands for more data, and gaps have intervals.
   */
  readonly evaluation?: string | (DataSource & { readonly is?: 'population' | 'sample' })
  readonly target?: Partial<Target>
  /** Metrics of your own, by name: a score per sample; clauses are about its mean. */
  readonly metrics?: Readonly<Record<string, CustomScore>>
  /** Seed of every random choice, default 1. */
  readonly seed?: number
  /** Seconds that one clause about speed may measure, default 30. */
  readonly budgetSeconds?: number
}

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined
  /** Receives one line that says what is going on. */
  readonly onProgress?: ((line: string) => void) | undefined
}
