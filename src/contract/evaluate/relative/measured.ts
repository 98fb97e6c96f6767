import type { Engine, EngineContext } from '../../../builder/engine.ts'
import type { BlockPlan } from '../../../measure/block-plan.ts'
import type { PaceReport } from '../../../measure/pace/paced-timings.ts'
import type { PairBlock } from '../../../measure/pair.ts'
import type { Clause } from '../../clause/clause.ts'
import type { Alpha } from '../evaluation.ts'
import type { SpeedStatistic } from '../speed-statistic.ts'

/** A comparison of two engines, measured and decided. */
export interface Measured {
  readonly clause: Clause
  readonly metric: SpeedStatistic
  readonly alpha: Alpha
  readonly tolerance: number
  readonly a: Engine
  readonly b: Engine
  readonly blocks: readonly PairBlock[]
  /** log(latency A / latency B) per block. */
  readonly values: readonly number[]
  /** The same per fresh launch, or per pair of builds, where these became the unit. */
  readonly launches?: readonly number[]
  /** Builds per variant. */
  readonly builds: number
  readonly boundary: number
  readonly sign: 1 | -1
  readonly verdict?: 'upheld' | 'violated'
  readonly plan: BlockPlan
  /** Runs and blocks before this run, whose evidence counts too; absent if each run decides alone. */
  readonly before?: { readonly runs: number; readonly blocks: number }
  /** Blocks that were measured again. */
  readonly dropped: number
  readonly maxBlocks: number
  /** Of the test. */
  readonly seed: number
  /** How fast the machine ran. */
  readonly pace: PaceReport
  /** Too little was at the full pace, so nothing is decided. If that are blocks, `blocks` and `values` are those of any pace. */
  readonly isSlow: boolean
  /** log(latency A / latency B) of the blocks that did not count, because the machine was below its full pace. */
  readonly slower: readonly number[]
}

/** How near the interval of a ratio is to get to its value, as a share of it; undefined: the verdict is enough. */
export function precisionOf(clause: Clause, context: EngineContext): number | undefined {
  return clause.precision ?? context.precision
}
