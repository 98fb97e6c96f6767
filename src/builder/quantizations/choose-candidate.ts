import type { Feed } from '../../engine/tensor-info.ts'
import type { AccuracyBound } from '../accuracy/explicit-candidates.ts'
import type { AccuracyTuning } from '../engine.ts'
import type { HeldOutputs, OutputGuarding } from '../guard/hold-outputs.ts'
import type { BuildTask } from '../task.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { CandidatePlan } from '../tuner/candidates.ts'
import type { CostModel } from '../tuner/cost-model.ts'
import { neighbourPlans } from '../tuner/neighbour-plans.ts'
import { quickTimer } from '../tuner/quick-timer.ts'
import { type Candidate, type Tuned, type TuneOptions, tune } from '../tuner/tune.ts'
import { settle } from './settle.ts'

interface Search {
  readonly feeds: readonly Feed[]
  readonly hurries: boolean
  /** Whether float and INT8 are open at the same time where it hurries. */
  readonly fits: boolean
  /** Plans next to the best one that are tried at a time. */
  readonly near: number
  /** For ranking. */
  readonly time: TimeLimit
  readonly costs: CostModel
  readonly candidateOf: (plan: CandidatePlan) => Promise<Candidate>
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  readonly noise: () => Promise<ReadonlyMap<string, number>>
  readonly float: Candidate
  readonly bound: AccuracyBound | undefined
  readonly guarded: OutputGuarding | undefined
  readonly onProgress: (line: string) => void
}

interface Choice {
  readonly tuned: Tuned
  readonly accuracy: AccuracyTuning | undefined
  readonly outputs: HeldOutputs | undefined
}

/** The fastest candidate that holds the bounds, and what plans cost in accuracy if there is one on that. */
export async function chooseCandidate(
  candidates: readonly Candidate[],
  {
    feeds,
    hurries,
    fits,
    near,
    time,
    costs,
    candidateOf,
    write,
    noise,
    float,
    bound,
    guarded,
    onProgress,
  }: Search,
  task: BuildTask,
): Promise<Choice> {
  const { target, seed } = task.context
  let accuracy: AccuracyTuning | undefined
  let outputs: HeldOutputs | undefined
  const options: TuneOptions = {
    feeds,
    target,
    seed,
    signal: task.signal,
    onProgress,
    time,
    ...(!hurries && {
      neighbours: ({ name, int8 }) =>
        Promise.all(neighbourPlans(costs, { name, int8: int8! }, near).map(candidateOf)),
    }),
    settle: async (best, others) => {
      const shared = { feeds, task, costs, float, candidateOf, write, noise, onProgress }
      const settled = await settle(best, { bound, guarded, others, ...shared })
      accuracy = settled.accuracy
      outputs = settled.outputs
      return settled.held
    },
  }
  const tuned = await tune(candidates, options, hurries ? quickTimer({ together: fits }) : undefined)
  return { tuned, accuracy, outputs }
}
