import type { PlacementModel } from '../../../quantize/placement.ts'
import type { PairPlan } from '../pair-plan.ts'

/** A change of a plan that may make its engine faster: where TensorRT fuses, converts or copies depends on few places. */
export type Move = (plan: PairPlan, known: PlacementModel) => readonly PairPlan[]
