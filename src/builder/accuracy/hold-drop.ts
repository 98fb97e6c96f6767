import { successiveHalving } from '../../measure/successive-halving.ts'
import type { AccuracyTuning } from '../engine.ts'
import { overflowCheck } from '../overflow/overflow-check.ts'
import type { BuildTask } from '../task.ts'
import type { CandidatePlan } from '../tuner/candidates.ts'
import type { CostModel } from '../tuner/cost-model.ts'
import type { Candidate } from '../tuner/tune.ts'
import type { Judge } from './judge.ts'
import { regionLosses } from './region-losses.ts'
import { plansWithinDrop } from './within-drop.ts'

export interface HoldDropOptions {
  readonly maxDrop: number
  readonly byDefault?: true
  readonly judge: Judge
  readonly task: BuildTask
  readonly costs: CostModel
  readonly float: Candidate
  readonly candidateOf: (plan: CandidatePlan) => Promise<Candidate>
  readonly onProgress: (line: string) => void
}

/** Calibration samples on which the losses of single regions are measured. */
const lossSamples = 16
const rankingSeconds = 3
/** What comes afterwards, with the start of its processes. */
const confirmationSeconds = 10

/**
 * Turns layers of a plan back to float until it loses no more accuracy than is allowed, those first that lose most for
 * the time that INT8 saves in them.
 *
 * @returns the fastest plan that holds the bound - all float in the end - and the plans that were judged
 */
export async function holdDrop(
  best: Candidate,
  { maxDrop, byDefault, judge, task, costs, float, candidateOf, onProgress }: HoldDropOptions,
): Promise<{ readonly held: Candidate; readonly accuracy: AccuracyTuning }> {
  const { time } = task
  const { target, seed } = task.context
  const { feeds, signal } = overflowCheck(task)
  const isTime = () => time.left() > confirmationSeconds
  onProgress(`judging \`${best.name}\` on ${judge.samples} samples`)
  const judged = [{ candidate: best, accuracy: await judge.drop(best.model) }]
  if (judged[0]!.accuracy.upper > maxDrop && best.int8) {
    onProgress('measuring what INT8 in each layer does to the outputs')
    const inInt8 = costs.regions.flatMap(({ nodes }, i) =>
      nodes.every(node => best.int8!.has(node)) ? [i] : [],
    )
    const alone: string[] = []
    for (const region of inInt8) {
      if (!isTime()) break
      const { nodes } = costs.regions[region]!
      alone.push((await candidateOf({ name: nodes.join(), int8: new Set(nodes) })).model)
    }
    const found = await regionLosses(float.model, alone, {
      feeds: feeds.slice(0, lossSamples),
      target,
      signal,
      isTime,
    })
    const losses = costs.regions.map((_, region) => found[inInt8.indexOf(region)] ?? Number.POSITIVE_INFINITY)
    onProgress('looking for the fastest plan that keeps the accuracy')
    const candidates = new Map<CandidatePlan, Candidate>()
    const plans = await plansWithinDrop(
      costs,
      losses,
      maxDrop,
      async plan => {
        const candidate = await candidateOf(plan)
        candidates.set(plan, candidate)
        return judge.drop(candidate.model)
      },
      isTime,
    )
    judged.push(...plans.map(({ plan, accuracy }) => ({ candidate: candidates.get(plan)!, accuracy })))
    judged.push({ candidate: float, accuracy: { drop: 0, upper: 0 } })
  }
  const distinct = judged.filter(
    ({ candidate }, i) => judged.findIndex(other => other.candidate.sha256 === candidate.sha256) === i,
  )
  const contenders = distinct.map(({ candidate: { name, model } }) => ({ id: name, model }))
  // One alone is not ranked: its time is for the evidence.
  const seconds = contenders.length > 1 ? time.part(rankingSeconds) : 0
  const places = await successiveHalving(contenders, { feeds, target, seed, signal, seconds })
  const inOrder = places.map(place => ({
    ...place,
    ...distinct.find(({ candidate }) => candidate.name === place.id)!,
  }))
  return {
    held: inOrder.find(({ accuracy }) => accuracy.upper <= maxDrop)?.candidate ?? float,
    accuracy: {
      maxDrop,
      by: judge.by,
      ...(byDefault && { byDefault }),
      samples: judge.samples,
      front: inOrder.map(({ id, milliseconds, accuracy }) => ({ plan: id, milliseconds, ...accuracy })),
    },
  }
}
