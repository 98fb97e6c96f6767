import type { PlacementModel } from '../../../quantize/placement.ts'
import type { PairPlan } from '../pair-plan.ts'

/** A change of a plan that may make its engine faster: where TensorRT fuses, converts or copies depends on few places. */
export interface Move {
  /** As plans, progress and causes of `explain` call it. */
  readonly name: string
  /** The plan with that change, under a name that has it; none if there is nothing to change. */
  neighbours(plan: PairPlan, known: PlacementModel): readonly PairPlan[]
}
