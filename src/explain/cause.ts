import type { MoveName } from '../builder/tuned/moves.ts'
import type { EngineProfile, ProfiledLayer } from '../engine/engine-profile.ts'

/** Layers of the two engines that do the same work: a row of the alignment, seen from one engine. */
export interface ComparedRow {
  readonly subject: readonly ProfiledLayer[]
  readonly other: readonly ProfiledLayer[]
}

/** Two aligned engines, seen from the one that is to be explained. */
export interface Comparison {
  readonly subject: EngineProfile
  readonly other: EngineProfile
  readonly rows: readonly ComparedRow[]
  /** What a layer of either accounts for in the latency of its engine, in µs; 0 for one that only moves a pointer. */
  readonly timeOf: (layer: ProfiledLayer) => number
}

/** What a layer costs for one reason, in µs. */
export interface LayerCost {
  readonly layer: ProfiledLayer
  readonly microseconds: number
}

/** One reason why the subject takes longer, with the layers that it is about. */
export interface Finding {
  /** Layers of the subject, each with its part of the cost: what it takes longer than the other engine (see `extraTime`). */
  readonly costs: readonly LayerCost[]
  /** What is so: one clause about the engine, without its name and a full stop. Readers see the layers of `costs` below it. */
  readonly sentence: string
  /** What to do about it, an imperative without a full stop; absent if the model cannot help it. */
  readonly remedy?: string
  /** Name of a change that quantract can make itself and measure. */
  readonly remedyId?: string
  /** Moves with which placement `tuned` changes what this is about. */
  readonly moves?: readonly MoveName[]
  /** ONNX nodes that it is to change; absent if these are the nodes of the layers. */
  readonly nodes?: readonly string[]
}

/** Something that makes an engine slower than it has to be, and how it is recognised. */
export interface Cause {
  /** As its file. */
  readonly name: string
  /** Nothing if it does not apply. */
  find(comparison: Comparison): Finding | undefined
}
