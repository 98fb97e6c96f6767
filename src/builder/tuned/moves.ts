import { activationsJoined } from './moves/activations-joined.ts'
import { blocksOut } from './moves/blocks-out.ts'
import { depthwiseOut } from './moves/depthwise-out.ts'
import { firstOut } from './moves/first-out.ts'
import { halvesOut } from './moves/halves-out.ts'
import { headOut } from './moves/head-out.ts'
import type { Move } from './moves/move.ts'
import { pairsBehindPools } from './moves/pairs-behind-pools.ts'
import { poolsOut } from './moves/pools-out.ts'
import { skipsIn } from './moves/skips-in.ts'
import { skipsOut } from './moves/skips-out.ts'

/** All moves, those first that gain most often. */
export const moves = [
  pairsBehindPools,
  activationsJoined,
  headOut,
  firstOut,
  skipsIn,
  poolsOut,
  depthwiseOut,
  blocksOut,
  halvesOut,
  skipsOut,
] as const satisfies readonly Move[]

export type MoveName = (typeof moves)[number]['name']
