import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { compareSpeed, type SpeedRatio } from '../../measure/compare-speed.ts'
import type { Contender } from '../../measure/contender.ts'
import { successiveHalving } from '../../measure/successive-halving.ts'
import type { Tuning } from '../engine.ts'
import type { ModelChoice } from '../task.ts'
import type { TimeLimit } from '../time-limit.ts'
import { allInt8 } from './candidates.ts'

/** A model that the implicit builder may choose. */
export interface Candidate {
  /** `all float`, `all INT8`, ... or `as explicit`. */
  readonly name: string
  readonly model: string
  /** Equal models are timed once. */
  readonly sha256: string
  readonly choice: ModelChoice
  /** Names of the nodes that are to run in INT8; absent of an explicit variant, which says so itself. */
  readonly int8?: ReadonlySet<string>
}

export interface TuneOptions {
  readonly feeds: readonly Feed[]
  readonly target: Target
  readonly seed: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (line: string) => void
  /** Gives candidates that differ a little from the best one so far. */
  readonly neighbours?: (best: Candidate) => Promise<readonly Candidate[]>
  readonly time: TimeLimit
  /** Has the last word about the best one before it is confirmed; the others with a plan of their own, fastest first. */
  readonly settle?: (best: Candidate, others: readonly Candidate[]) => Promise<Candidate>
}

/** What ranks candidates, and what compares two of them. */
export interface TuneTimer {
  readonly rank: typeof successiveHalving
  readonly compare: typeof compareSpeed
}

const realTimer: TuneTimer = { rank: successiveHalving, compare: compareSpeed }

/** What was chosen and how. */
export interface Tuned {
  readonly chosen: Candidate
  /** The fastest that is not explicit. */
  readonly best: Candidate
  /** What it had to beat: the fastest explicit variant, or all float if there is none that is faster. */
  readonly incumbent: Candidate
  readonly candidates: Tuning['candidates']
  readonly confirmation?: NonNullable<Tuning['confirmation']>
  /** The machine was too noisy to say which of the two is faster. */
  readonly undecided?: true
  /** Neighbours of the best plan were not tried, because time was over. */
  readonly cutShort?: true
}

/** Of a usual build. */
const usual = { first: 5, next: 3, confirmation: 6, longer: 20, ranking: 15 }
/** Rounds in which neighbours of the best plan are tried, as long as ranking has not taken so long. */
const rounds = 2
/** Ends of an interval that are further apart than this say that noise decides, not that two plans are equally fast. */
const wideInterval = 1.05
/** What is behind float by less may be faster in truth. */
const closeBehind = 1.1
/** A mixed plan that is not even so much faster than one without mixture is not worth it. */
const worthMixing = 0.005

/**
 * Chooses the fastest candidate. All are ranked in interleaved rounds, then the neighbours of the best, for as long as
 * one of them is better. The best that is not explicit is then compared with the incumbent - the explicit placement, or
 * float where that is faster - on new samples, and takes its place only if it is faster with confidence. So implicit is
 * never slower than what the user has already. Where noise keeps the comparison from deciding, it is repeated for longer
 * once; float does not stay for want of proof alone.
 *
 * @param candidates all float first, then all INT8 where that can be
 */
export async function tune(
  candidates: readonly Candidate[],
  options: TuneOptions,
  { rank, compare }: TuneTimer = realTimer,
): Promise<Tuned> {
  const known = [...candidates]
  const milliseconds = new Map<string, number>()
  const [float, ...others] = candidates
  const uniform = [float!, ...others.filter(({ name }) => name === allInt8)]

  /** Ranks candidates; gives the one that is best, by its name, among those that are not explicit. */
  const fastest = async (among: readonly Candidate[], seconds: number): Promise<Candidate> => {
    const distinct = among.filter(({ sha256 }, i) => among.findIndex(other => other.sha256 === sha256) === i)
    options.onProgress(`timing ${distinct.length} candidates`)
    const kept = new Set(uniform.map(({ name }) => name))
    const places = await rank(distinct.map(contender), { ...options, seconds, kept })
    // The machine's speed changes between rankings: times are told in the measure of the first.
    const link = places.find(({ id }) => milliseconds.has(shaOf(id)))
    const scale = link ? milliseconds.get(shaOf(link.id))! / link.milliseconds : 1
    for (const place of places) {
      const sha256 = shaOf(place.id)
      if (!milliseconds.has(sha256)) milliseconds.set(sha256, place.milliseconds * scale)
    }
    const inOrder = places.flatMap(({ id, milliseconds }) => {
      const candidate = distinct.find(({ name }) => name === id)!
      const own = isExplicit(candidate)
        ? among.find(other => !isExplicit(other) && other.sha256 === candidate.sha256)
        : candidate
      return own ? [{ own, milliseconds }] : []
    })
    const [first] = inOrder
    const plain = inOrder.find(({ own }) => uniform.includes(own))
    const worth = !plain || first!.milliseconds < (1 - worthMixing) * plain.milliseconds
    return worth ? first!.own : plain.own
  }
  const shaOf = (name: string) => known.find(candidate => candidate.name === name)!.sha256

  const { time } = options
  const start = performance.now()
  const taken = () => (performance.now() - start) / 1000
  let best = await fastest(candidates, time.part(usual.first))
  // The next ranking opens fewer engines than the first.
  const needed = taken() + time.part(usual.confirmation)
  let cutShort = false
  const isTime = () => taken() < time.part(usual.ranking)
  for (let round = 0; round < rounds && isTime() && best.int8 && options.neighbours; round++) {
    cutShort = time.left() < needed
    if (cutShort) break
    const near = (await options.neighbours(best)).filter(
      ({ sha256 }) => !known.some(candidate => candidate.sha256 === sha256),
    )
    if (near.length === 0) break
    known.push(...near)
    const next = await fastest(
      [best, ...uniform.filter(plain => plain !== best), ...near],
      time.part(usual.next),
    )
    if (next === best) break
    best = next
  }

  const timeOf = ({ sha256 }: Candidate) => milliseconds.get(sha256)!
  if (best === float) best = nextBest(known, timeOf) ?? best
  const behind = known
    .filter(candidate => candidate !== best && candidate.int8)
    .sort((a, b) => timeOf(a) - timeOf(b))
  best = (await options.settle?.(best, behind)) ?? best

  const [explicit] = candidates.filter(isExplicit).sort((a, b) => timeOf(a) - timeOf(b))
  const incumbent = explicit && timeOf(explicit) < timeOf(float!) ? explicit : float!
  const shared = {
    best,
    incumbent,
    candidates: known.map(candidate => ({ name: candidate.name, milliseconds: timeOf(candidate) })),
    ...(cutShort && { cutShort }),
  }
  if (best.sha256 === incumbent.sha256) return { ...shared, chosen: best }
  options.onProgress(`confirming \`${best.name}\` against \`${incumbent.name}\``)
  const compareFor = (seconds: number, seed: number) =>
    compare(contender(best), contender(incumbent), { ...options, seconds, seed })
  // Whoever came first was also lucky (the winner's curse): other coins than the ranking's give samples of their own.
  let found = await compareFor(time.part(usual.confirmation), options.seed + 1)
  if (isNoise(found) && time.left() > time.part(usual.longer)) {
    options.onProgress(`the machine is busy: confirming \`${best.name}\` once more, for longer`)
    found = await compareFor(time.part(usual.longer), options.seed + 2)
  }
  const undecided = isNoise(found)
  const isFaster = found.lower > 1 || (undecided && !isExplicit(incumbent) && found.ratio > 1)
  return {
    ...shared,
    chosen: isFaster ? best : incumbent,
    confirmation: { plan: best.name, against: incumbent.name, ...found },
    ...(undecided && { undecided }),
  }
}

/** A ranking is short: the plan that it has right behind float is compared as well before float is the answer. */
function nextBest(
  candidates: readonly Candidate[],
  timeOf: (candidate: Candidate) => number,
): Candidate | undefined {
  const [float, ...others] = candidates
  if (others.some(isExplicit)) return undefined
  const [next] = others.toSorted((a, b) => timeOf(a) - timeOf(b))
  return next && timeOf(next) < closeBehind * timeOf(float!) ? next : undefined
}

/** Whether an interval is wide and has both answers in it. */
function isNoise({ lower, upper }: SpeedRatio): boolean {
  return lower <= 1 && upper > 1 && upper / lower > wideInterval
}

export function isExplicit({ choice }: Candidate): boolean {
  return choice.of === 'explicit'
}

function contender({ name, model }: Candidate): Contender {
  return { id: name, model }
}
