import type { BuildSpec } from '../builder/build-spec.ts'
import type { Clause } from './clause/clause.ts'
import type { ModuleEvidence } from './evidence.ts'
import type { Place } from './file/located-json.ts'

/** What happens to a clause that the samples do not decide. */
export type InconclusivePolicy = 'fail' | 'warn'

/** A contract, read and checked; its paths are absolute. */
export interface Contract {
  /** Absolute path of the file; absent if there is none, as for `compare`. */
  readonly file?: string
  readonly title: string
  /** Where its files are named, by their absolute paths; absent if there is no contract file. */
  readonly places?: ReadonlyMap<string, Place>
  readonly spec: BuildSpec
  readonly clauses: readonly Clause[]
  /** The module of the user's with metrics; what it exports is in the spec. */
  readonly metrics?: ModuleEvidence
  readonly onInconclusive: InconclusivePolicy
  /** Probability that any clause is called violated although it holds; absent: each clause has its own alpha. */
  readonly errorBudget?: number
}
