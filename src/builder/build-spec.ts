import type { Decoder } from '../accuracy/detections/detections.ts'
import type { CustomScore } from '../accuracy/score.ts'
import type { AnyTarget, GivenTarget } from '../backends/backends.ts'
import type { FileSource, RandomSource, SampleSource } from '../data/sample-source.ts'
import type { Variant } from './variant.ts'

/** What `buildEngines` makes engines from. Relative paths are relative to the working directory. */
export interface BuildSpec<V extends string = string> {
  /** The fp32 ONNX model. */
  readonly model: string
  readonly variants: Readonly<Record<V, Variant>>
  /**
   * Samples for calibration, read one at a time: the path of an `.npz` or `.npy` file, more about it, raw dumps, images, or
   * a function that gives them. `random`, or `{ random: { axis: size } }` if the model leaves axes open, feeds random numbers,
   * for experiments on speed alone: clauses about the accuracy of a variant that was calibrated so are refused.
   */
  readonly calibration?: string | SampleSource | RandomSource
  /**
   * Labelled samples for accuracy. `population` (default): gaps on this set are what counts, and exact. `sample`: the
   * set stands for more data, and gaps have intervals.
   */
  readonly evaluation?: string | (FileSource & { readonly is?: 'population' | 'sample' })
  readonly target?: GivenTarget
  /** Metrics of your own, by name: a score per sample; clauses are about its mean. */
  readonly metrics?: Readonly<Record<string, CustomScore>>
  /**
   * Reads detections out of the outputs for one sample, which `map50` and `map50-95` are about. Without it the model has
   * outputs `boxes`, `classes` and `scores`.
   */
  readonly decode?: Decoder
  /** Seed of every random choice, default 1. */
  readonly seed?: number
  /** Seconds that one clause about speed may measure, default 30. */
  readonly budgetSeconds?: number
  /**
   * How near the interval of a ratio of speeds gets to its value, e.g. `1%`: comparisons go on past their verdict until it
   * does, or their time is up. Without it they stop with the verdict.
   */
  readonly precision?: string
  /** Slack of `>=` and `<=` between the speeds of two engines where a clause names none, default `1%`. */
  readonly tolerance?: string
  /** Probability that a clause is called violated although it holds, default 0.01. */
  readonly alpha?: number
  /** Seconds that building an implicit variant may take, default 120: at their end the best plan so far is the answer. */
  readonly buildSeconds?: number
  /**
   * What counts where speeds are measured. `full`, the default: what ran at the machine's full pace; a comparison that
   * never meets it is inconclusive. `any`: everything; the evidence tells both.
   */
  readonly pace?: 'full' | 'any'
}

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined
  /** Receives one line that says what is going on. */
  readonly onProgress?: ((line: string) => void) | undefined
  /** Receives the target as soon as it is known in full: a model may be fixed to a batch. */
  readonly onTarget?: ((target: AnyTarget) => void) | undefined
}
