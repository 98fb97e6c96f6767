import type { AnyTarget } from '../backends/backends.ts'
import type { OutputErrors } from '../builder/guard/output-errors.ts'
import type { Precision, WatchedDevice } from '../engine/backend.ts'
import type { Accelerator, Environment } from '../engine/environment.ts'
import type { Fallback } from '../engine/fallback.ts'
import type { OperatorCounts } from '../engine/operator-counts.ts'
import type { ExplanationRecord } from '../explain/explanation-record.ts'
import type { Place } from './file/located-json.ts'

/** Everything a verdict rests on. Plain data: reports, matchers and `--json` read it, nothing here computes. */

export type Verdict = 'upheld' | 'violated' | 'inconclusive'

/** A number with its interval, its unit and what it was estimated from. */
export interface Estimate {
  readonly value: number
  /** Equal to `value` where nothing is estimated (a file size, an accuracy on the whole population). */
  readonly lower: number
  readonly upper: number
  /** Coverage of the interval, 0.95 unless exact (1). */
  readonly confidence: number
  readonly unit: Unit
  /** What the number is, e.g. `implicit fps / explicit fps`. */
  readonly of: string
}

/** `x` is a ratio; `pp` are percentage points; times are ms, sizes bytes, build time seconds; `fraction` is 0..1; `count` is whole; `number` has no unit. */
export type Unit = (typeof units)[number]

export const units = ['x', 'fps', 'ms', 'bytes', 's', 'pp', 'fraction', 'dB', 'count', 'number'] as const

export interface Samples {
  readonly count: number
  /** The unit of decision: `blocks`, `images`, `inferences`, `files`, `launches`, `builds`. */
  readonly unit: string
}

/** How often variants were built, where builds differ, and how much they did. */
export interface BuildsEvidence {
  /** Builds of every variant that were measured. */
  readonly count: number
  /** How many there were, if only the fastest of each variant was measured. */
  readonly fastestOf?: number
  /** By variant: how much more of the metric the build with the most has than the one with the least, as a share. */
  readonly differences: Readonly<Record<string, number>>
}

/** A figure that was stored, to be held against what is measured later. */
export interface BaselineEvidence {
  /** Path of the file, relative to the working directory. */
  readonly file: string
  /** It is what this run measured. */
  readonly isNew?: true
  /** The figure that is stored; absent if there is none of this environment. */
  readonly stored?: Estimate
  /** When that was measured: ISO 8601, UTC. */
  readonly measuredAt?: string
}

export interface AboutClause {
  readonly clause: string
  readonly because?: string
  /** Where it stands in its contract file; absent if it comes from elsewhere. */
  readonly place?: Place
}

/** The outcome of one clause. */
export interface ClauseResult extends AboutClause {
  readonly verdict: Verdict
  readonly estimate: Estimate
  /** What the estimate is held against, tolerance included, in its unit; absent if that is no single number. */
  readonly bound?: number
  readonly samples: Samples
  /** Wall time spent on this clause, in seconds. */
  readonly seconds: number
  /** The rule that decided, e.g. `sign-flip test, alpha 0.01/0.05`. */
  readonly rule: string
  /** One sentence: why this verdict. */
  readonly reason: string
  /** What would decide an inconclusive clause. */
  readonly advice?: string
  /** Further figures that a reader may want beside the estimate, e.g. both variants' fps. */
  readonly details: readonly Estimate[]
  /** Absent if the backend runs models as they are. */
  readonly builds?: BuildsEvidence
  /** Implicit variants of the clause of which the builder runs no layer in INT8; absent if there are none. */
  readonly inFloat?: readonly string[]
  /** What a probe of the machine's pace took while the timings that count were made, in us; absent if there was none. */
  readonly probe?: number
  /** What it was held against, or became, if the clause is about a baseline. */
  readonly baseline?: BaselineEvidence
  /** Raw numbers behind the estimate, for `--json`. */
  readonly raw?: unknown
}

/** A clause that cannot be evaluated: an error, never a verdict. */
export interface ClauseError extends AboutClause {
  readonly error: string
}

export type ClauseOutcome = ClauseResult | ClauseError

/** One built variant, for reading beside the verdicts. */
export interface EngineEvidence {
  readonly variant: string
  readonly quantization: 'none' | 'implicit' | 'explicit'
  /** Where it runs, if its variant has a target of its own, and what runs it there. */
  readonly target?: AnyTarget
  readonly accelerator?: Accelerator
  /** SHA-256 of the model file that ran, with its external data, hex. */
  readonly sha256: string
  readonly bytes: number
  readonly buildSeconds: number
  readonly fromCache: boolean
  /** Products in the optimized graph by operator, and how many of them run in INT8. */
  readonly operators: OperatorCounts
  /** All steps of the engine by precision. */
  readonly layers?: Partial<Record<Precision, number>>
  /** Steps that ran on the CPU, although the target is another device. */
  readonly fallback?: Fallback
  /** What the build found, one sentence each. */
  readonly notes: readonly string[]
  /** fps over all timed inferences of an overview run; absent if none was made. */
  readonly fps?: Estimate
  /** The single builds, where there are several; everything else but the fps is of the first. */
  readonly builds?: readonly BuildEvidence[]
  /** Absent if there is no labelled evaluation data. */
  readonly accuracy?: Estimate
  /** Of so many samples, if the evaluation set is a sample of the population: as many as were looked at. */
  readonly accuracySamples?: number
  /** What the variant leaves out of quantization, if anything. */
  readonly selection?: unknown
  /** How far its outputs are from the float model's; absent if they were not compared. */
  readonly outputErrors?: OutputErrors
  /** Layer by layer, where the builder chose. */
  readonly plan?: unknown
  readonly tuning?: unknown
}

/** One of several builds of a variant. */
export type BuildEvidence = Pick<
  EngineEvidence,
  'sha256' | 'bytes' | 'buildSeconds' | 'fromCache' | 'operators' | 'layers' | 'notes' | 'fps'
>

/** What one run of a contract found: one entry of the array that `--json` writes. */
export interface ContractEvidence {
  readonly schemaVersion: 1
  readonly quantract: string
  /** File of the contract; absent for `compare`. */
  readonly contract?: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly seconds: number
  readonly seed: number
  readonly environment: Environment
  readonly target: AnyTarget
  /** Clocks, power and reasons for slowing down of its devices, before and while engines were measured. */
  readonly devices?: readonly WatchedDevice[]
  readonly data: readonly DataEvidence[]
  /** The module of the user's with metrics, if the contract names one. */
  readonly metrics?: ModuleEvidence
  readonly engines: readonly EngineEvidence[]
  /** Absent if there are no two engines that name classes of labelled samples. */
  readonly differing?: DifferingEvidence
  /** Where the time of engines goes, layer by layer; absent if nobody asked for it, or no clause compares speeds. */
  readonly explanations?: readonly ExplanationRecord[]
  readonly outcomes: readonly ClauseOutcome[]
}

/** Labelled samples for which engines do not name the same class. */
export interface DifferingEvidence {
  readonly count: number
  /** Samples that all of them have answered. */
  readonly of: number
  /** The first of them. */
  readonly samples: readonly DifferingSample[]
}

export interface DifferingSample {
  /** Its position in the evaluation data. */
  readonly sample: number
  readonly label: number
  /** The class that each engine names, by its variant. */
  readonly answers: Readonly<Record<string, number>>
  /** PNG as a data URL, where an input looks like a picture. */
  readonly picture?: string
}

/** A module whose code decides clauses. */
export interface ModuleEvidence {
  /** Absolute path. */
  readonly file: string
  /** SHA-256 of the file, hex; not of what it imports. */
  readonly sha256: string
}

export interface DataEvidence {
  readonly role: 'calibration' | 'evaluation'
  readonly source: string
  readonly sha256: string
  readonly samples: number
  /** Calibration samples that are among those for evaluation, of the ones that are looked at; absent if there are none. */
  readonly shared?: { readonly samples: number; readonly of: number }
}
