import type { AccuracyBound } from '../accuracy/explicit-candidates.ts'
import { type HoldDropOptions, holdDrop } from '../accuracy/hold-drop.ts'
import type { AccuracyTuning } from '../engine.ts'
import type { HoldOutputsOptions } from '../guard/hold-outputs.ts'
import { type HeldOutputs, holdOutputs, type OutputGuarding } from '../guard/hold-outputs.ts'
import type { Candidate } from '../tuner/tune.ts'

export interface SettleOptions
  extends Omit<HoldOutputsOptions, 'isAccurate' | keyof OutputGuarding>,
    Pick<HoldDropOptions, 'costs' | 'float' | 'candidateOf'> {
  readonly bound: AccuracyBound | undefined
  readonly guarded: OutputGuarding | undefined
}

export interface Settled {
  readonly held: Candidate
  readonly accuracy: AccuracyTuning | undefined
  readonly outputs: HeldOutputs | undefined
}

/**
 * What becomes of the fastest plan so that its answers and its outputs hold their bounds: accuracy first, which asks for
 * little. Without costs of layers there is no plan between all INT8 and all float but the one whose outputs hold, so then
 * outputs are first.
 */
export async function settle(
  best: Candidate,
  { bound, guarded, ...options }: SettleOptions,
  holders = { holdDrop, holdOutputs },
): Promise<Settled> {
  let held = best
  let accuracy: AccuracyTuning | undefined
  let outputs: HeldOutputs | undefined
  const isAccurate = async ({ model }: Candidate) =>
    !bound || (await bound.judge.drop(model)).upper <= bound.maxDrop
  const guard = async () => {
    if (!guarded || outputs?.held === held) return
    outputs = await holders.holdOutputs(held, { ...guarded, ...options, isAccurate })
    held = outputs.held
  }
  if (options.costs.regions.length === 0) await guard()
  if (bound) {
    const found = await holders.holdDrop(held, { ...bound, ...options })
    accuracy = found.accuracy
    held = found.held
  }
  await guard()
  return { held, accuracy, outputs }
}
