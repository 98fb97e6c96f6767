import type { EngineLayer } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import type { Feed } from '../engine/tensor-info.ts'
import type { Contender, MeasureOptions } from '../measure/contender.ts'
import { countConvolutions } from './count-convolutions.ts'
import type { Tuning } from './engine.ts'
import { confirm, rank } from './rank.ts'
import type { ModelChoice } from './task.ts'

/** A model that the implicit builder may choose. */
export interface Candidate {
  /** `all float`, `all INT8`, ... or `as explicit`. */
  readonly name: string
  readonly model: string
  /** Equal models are timed once. */
  readonly sha256: string
  readonly choice: ModelChoice
  /** What the runtime makes of it. */
  readonly optimized: readonly EngineLayer[]
}

export interface TuneOptions {
  readonly feeds: readonly Feed[]
  readonly target: Target
  readonly seed: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (line: string) => void
}

/**
 * Chooses the fastest candidate. All are ranked in interleaved rounds; the best that is not explicit is then compared
 * with the incumbent - the explicit placement, or float where there is none - on new samples, and takes its place only
 * if it is faster with confidence. So implicit is never slower than what the user has already.
 *
 * @param candidates all float first
 */
export async function tune(candidates: readonly Candidate[], options: TuneOptions): Promise<Tuning> {
  const distinct = candidates.filter(
    ({ sha256 }, i) => candidates.findIndex(other => other.sha256 === sha256) === i,
  )
  const measure: MeasureOptions = options
  options.onProgress(`timing ${distinct.length} candidates`)
  const milliseconds = await rank(distinct.map(contender), measure)
  const timeOf = ({ sha256 }: Candidate) =>
    milliseconds.get(distinct.find(candidate => candidate.sha256 === sha256)!.name)!
  const fastest = (among: readonly Candidate[]) =>
    among.reduce<Candidate | undefined>(
      (best, next) => (best && timeOf(best) <= timeOf(next) ? best : next),
      undefined,
    )

  const best = fastest(candidates.filter(candidate => !isExplicit(candidate)))!
  const incumbent = fastest(candidates.filter(isExplicit)) ?? candidates[0]!
  const shared = {
    candidates: candidates.map(candidate => ({
      name: candidate.name,
      milliseconds: timeOf(candidate),
      convolutions: countConvolutions(candidate.optimized),
    })),
  }
  if (best.sha256 === incumbent.sha256) {
    return { ...shared, chosen: best.name, sameAsExplicit: isExplicit(incumbent) }
  }
  options.onProgress(`confirming \`${best.name}\` against \`${incumbent.name}\``)
  const found = await confirm(contender(best), contender(incumbent), measure)
  const chosen = found.lower > 1 ? best : incumbent
  return {
    ...shared,
    chosen: chosen.name,
    sameAsExplicit: isExplicit(incumbent) && (chosen === incumbent || runsAlike(best, incumbent)),
    confirmation: { plan: best.name, against: incumbent.name, ...found },
  }
}

function isExplicit({ choice }: Candidate): boolean {
  return choice.of === 'explicit'
}

function contender({ name, model }: Candidate): Contender {
  return { id: name, model }
}

/** Whether the runtime runs the same operators in the same order. */
export function runsAlike(a: Candidate, b: Candidate): boolean {
  const ops = ({ optimized }: Candidate) => optimized.map(({ op }) => op).join(' ')
  return ops(a) === ops(b)
}
