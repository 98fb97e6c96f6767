import type { CustomScore } from '../accuracy/score.ts'
import type { Dataset } from '../data/dataset.ts'
import type { Target } from '../engine/target.ts'
import type { Plan } from '../quantize/plan.ts'

/** How a variant becomes an engine. */
export type Quantization = 'none' | 'implicit' | 'explicit'

/** What the engines of one build share: everything that a clause about them needs. */
export interface EngineContext {
  readonly target: Target
  readonly calibration?: Dataset
  readonly evaluation?: Dataset
  /** `population`: gaps on the evaluation set are exact. `sample`: it stands for more data, gaps have intervals. */
  readonly evaluationIs: 'population' | 'sample'
  readonly metrics: Readonly<Record<string, CustomScore>>
  /** Seed of every random choice: order of segments, sign flips. */
  readonly seed: number
  /** Seconds that one clause about speed may measure. */
  readonly budgetSeconds: number
}

/** A built variant, ready to run on one target. */
export interface Engine {
  readonly variant: string
  readonly quantization: Quantization
  /** Path of the model file that runs. */
  readonly model: string
  /** SHA-256 of that file with its external data, hex. */
  readonly sha256: string
  /** Size of that file with its external data. */
  readonly bytes: number
  /** Seconds that the build took when it was made, also where this engine came from the cache. */
  readonly buildSeconds: number
  readonly fromCache: boolean
  /** Weighted layers in the optimized graph, and how many of them run in INT8. */
  readonly convolutions: { readonly total: number; readonly int8: number }
  /** What the build found: chosen plan, overflowing layers, rejected candidates; one sentence each. */
  readonly notes: readonly string[]
  readonly plan?: Plan
  readonly context: EngineContext
}

/** Type-level list of the variants, so that `expect(engines)` knows their names. */
export declare const variantNames: unique symbol

/** Engines by variant name, as `buildEngines` returns them. */
export type Engines<V extends string = string> = { readonly [K in V]: Engine } & {
  readonly [variantNames]?: V
}
