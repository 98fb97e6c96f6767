import type { Decoder } from '../accuracy/detections/detections.ts'
import type { CustomScore } from '../accuracy/score.ts'
import type { AnyTarget } from '../backends/backends.ts'
import type { Dataset } from '../data/dataset.ts'
import type { SampleStream } from '../data/stream/sample-stream.ts'
import type { Precision } from '../engine/backend.ts'
import type { Accelerator } from '../engine/environment.ts'
import type { Fallback } from '../engine/fallback.ts'
import type { OperatorCounts } from '../engine/operator-counts.ts'
import type { TensorInfo } from '../engine/tensor-info.ts'
import type { SpeedRatio } from '../measure/compare-speed.ts'
import type { Plan } from '../quantize/plan.ts'
import type { OutputErrors } from './guard/output-errors.ts'
import type { Selection } from './selection/selection.ts'

/** How a variant becomes an engine. */
export type Quantization = 'none' | 'implicit' | 'explicit'

/** What the engines of one build share: everything that a clause about them needs. */
export interface EngineContext {
  readonly target: AnyTarget
  /** The device of the target and its software, where that is not the CPU. */
  readonly accelerator?: Accelerator
  /** The first samples to calibrate with: engines are timed and checked on them. */
  readonly calibration?: Dataset
  /** All samples to calibrate with. */
  readonly calibrationSamples?: SampleStream
  /** Samples on which outputs are compared with those of the float model; absent if there are none, or random ones. */
  readonly guard?: GuardSamples
  readonly evaluation?: Dataset
  /** `population`: gaps on the evaluation set are exact. `sample`: it stands for more data, gaps have intervals. */
  readonly evaluationIs: 'population' | 'sample'
  readonly metrics: Readonly<Record<string, CustomScore>>
  /** How detections are in the outputs; absent: as outputs `boxes`, `classes` and `scores`. */
  readonly decode?: Decoder
  /** Seed of every random choice: order of segments, sign flips. */
  readonly seed: number
  /** Seconds that one clause about speed may measure. */
  readonly budgetSeconds: number
  /** Half width that the interval of a ratio of speeds gets to if there is time, as a share of the ratio. */
  readonly precision?: number
  /** Slack of `>=` and `<=` between two speeds where a clause names none, as a share. */
  readonly tolerance?: number
  /** Probability that a clause is called violated although it holds. */
  readonly alpha?: number
  /** What counts where speeds are measured; see `BuildSpec.pace`. */
  readonly pace: 'full' | 'any'
  /** Seconds that building an implicit variant may take. */
  readonly buildSeconds: number
}

/** Samples for the guard of the outputs. */
export interface GuardSamples {
  readonly data: Dataset
  /** Whether they do not calibrate. */
  readonly heldBack: boolean
}

/** Candidates of the implicit builder and what became of them. */
export interface Tuning {
  readonly candidates: readonly {
    readonly name: string
    /** Median quiet latency in the ranking, ms. */
    readonly milliseconds: number
  }[]
  readonly chosen: string
  /** Whether the chosen plan is the explicit placement under test. */
  readonly sameAsExplicit: boolean
  /** The best plan found without the explicit placement, against the incumbent, on samples of its own. */
  readonly confirmation?: SpeedRatio & { readonly plan: string; readonly against: string }
  readonly accuracy?: AccuracyTuning
  /** The machine was too busy for the comparison to decide: another build may choose otherwise. */
  readonly undecided?: true
  /** Time or memory did not suffice to try every plan. */
  readonly cutShort?: true
  /** There was no time to time plans: all in INT8 was compared with float in a few inferences. */
  readonly hurried?: true
}

/** What plans cost in accuracy, where the variant limits that. Shares: 0.01 is one percentage point. */
export interface AccuracyTuning {
  readonly maxDrop: number
  /**
   * `labels`: accuracy on the evaluation data. `agreement`: how often fp32 and the plan disagree on calibration data.
   * `expectation`: accuracy there if the probabilities of fp32 are right.
   */
  readonly by: 'labels' | 'agreement' | 'expectation'
  /** Whether the variant says nothing about accuracy. */
  readonly byDefault?: true
  readonly samples: number
  /** The plans that were judged, fastest first. */
  readonly front: readonly {
    readonly plan: string
    /** Quiet latency in ms, all plans of the front ranked together. */
    readonly milliseconds: number
    readonly drop: number
    /** Limit of the drop: with 95% confidence where the evaluation set is a sample. */
    readonly upper: number
  }[]
}

/** A built variant, ready to run on one target. */
export interface Engine {
  readonly variant: string
  readonly quantization: Quantization
  /** Where it runs, if its variant has a target of its own; that of `context` is the same. */
  readonly target?: AnyTarget
  /** Path of the model file that runs. */
  readonly model: string
  /** SHA-256 of that file with its external data, hex. */
  readonly sha256: string
  /** Size of that file with its external data. */
  readonly bytes: number
  /** Seconds that the build took when it was made, also if this engine came from the cache. */
  readonly buildSeconds: number
  readonly fromCache: boolean
  /** Whether activation ranges of this engine come from the calibration data. */
  readonly calibrated: boolean
  /** What the model takes. */
  readonly inputs: readonly TensorInfo[]
  /** Products in the optimized graph by operator, and how many of them run in INT8. */
  readonly operators: OperatorCounts
  /** All steps of the engine by precision. */
  readonly layers: Partial<Record<Precision, number>>
  /** Steps that did not run on the target's device. */
  readonly fallback?: Fallback
  /** What the build found: chosen plan, overflowing layers, rejected candidates; one sentence each. */
  readonly notes: readonly string[]
  /** What the variant leaves out of quantization, if anything. */
  readonly selection?: Selection
  /** How far its outputs are from the float model's; absent if they were not compared. */
  readonly outputErrors?: OutputErrors
  readonly plan?: Plan
  /** How the implicit builder chose. */
  readonly tuning?: Tuning
  /** The further builds of the variant, where the target asks for some: an engine each. */
  readonly rebuilds?: readonly Engine[]
  /** Of how many builds this is the fastest, where the target keeps only that. */
  readonly fastestOf?: number
  readonly context: EngineContext
}

/** Type-level list of the variants, so that `expect(engines)` knows their names. */
export declare const variantNames: unique symbol

/** Engines by variant name, as `buildEngines` returns them. */
export type Engines<V extends string = string> = { readonly [K in V]: Engine } & {
  readonly [variantNames]?: V
}
