import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineFile } from '../../engine/backend.ts'
import { compareSpeed, type SpeedRatio } from '../../measure/compare-speed.ts'
import type { ExplainedCause } from '../explain.ts'
import {
  type RemedyChange,
  type RemedyOptions,
  type TriedRemedy,
  timeIsOver,
  tryRemedies,
  wantedChanges,
} from '../try-remedies.ts'
import { explainModels } from './explain-models.ts'

/** The fastest model that remedies made. */
export interface FixedModel {
  readonly model: string
  /** In the order of the rounds. */
  readonly changes: readonly RemedyChange[]
  /** fps of it / fps of the original, timed in turns. */
  readonly speed: SpeedRatio
  /** Of the original and of it, 0 to 1. */
  readonly accuracy?: TriedRemedy['accuracy']
}

/** What was tried round by round, and what came of it. */
export interface RemedyRounds {
  /** Each applied to copies of the fastest model of the round before; the first to copies of the original. */
  readonly rounds: readonly (readonly TriedRemedy[])[]
  /** Why there were no further rounds, where it was not that nothing helped any more. */
  readonly ended?: string
  /** Absent if no remedy helped. */
  readonly fixed?: FixedModel
}

/** What times two models, and what explains them. */
export interface RemedyTimer {
  readonly compare: typeof compareSpeed
  readonly explain: typeof explainModels
}

const realTimer: RemedyTimer = { compare: compareSpeed, explain: explainModels }

const mostRounds = 3

/**
 * Tries the remedies that causes name, applies the best, explains what came of it against the same other engine, tries
 * what that names, and so on until nothing helps beyond its interval: a layer that is slow in INT8, say, shows only
 * when it has come to run in INT8. A change that was applied is not tried at the same nodes again.
 *
 * @param other - the engine beside which the slower one was explained
 * @param causes - of the slower engine
 */
export async function remedyRounds(
  engine: EngineFile,
  other: EngineFile,
  causes: readonly ExplainedCause[],
  options: RemedyOptions,
  { compare, explain }: RemedyTimer = realTimer,
): Promise<RemedyRounds> {
  const rounds: TriedRemedy[][] = []
  const applied: TriedRemedy[] = []
  const { time } = options
  let ended: string | undefined
  let [current, found] = [engine, causes]
  while (rounds.length < mostRounds) {
    const directory = join(options.directory, `round-${rounds.length + 1}`)
    await mkdir(directory)
    const wanted = remaining(wantedChanges(found), applied)
    const tried = await tryRemedies(current, wanted, { ...options, directory }, compare)
    if (tried.length > 0) rounds.push(tried)
    const [best] = tried
    if (!best?.model || !best.speed || best.speed.lower <= 1) break
    applied.push(best)
    current = { id: `${engine.id}, round ${rounds.length}`, model: best.model }
    if (rounds.length === mostRounds) break
    if (time && time.left() <= 0) {
      ended = timeIsOver(time)
      break
    }
    options.onProgress?.(`explaining what round ${rounds.length} made`)
    const again = await explain(other, current, options)
    found = again.explanation.causes.filter(cause => cause.engine === 'b')
  }
  const [first] = applied
  if (!first) return { rounds }
  const early = ended !== undefined && { ended }
  const speed = applied.length === 1 ? first.speed! : await compare(current, engine, options)
  const last = applied.at(-1)!
  const accuracy = first.accuracy &&
    last.accuracy && { accuracy: { before: first.accuracy.before, after: last.accuracy.after } }
  const changes = applied.flatMap(each => each.changes)
  return { rounds, ...early, fixed: { model: current.model, changes, speed, ...accuracy } }
}

/** Changes without the nodes at which they are made already. */
function remaining(wanted: readonly RemedyChange[], applied: readonly TriedRemedy[]): RemedyChange[] {
  const done = applied.flatMap(({ changes }) => changes)
  return wanted.flatMap(({ id, nodes }) => {
    const left = nodes.filter(node => !done.some(each => each.id === id && each.nodes.includes(node)))
    return left.length > 0 ? [{ id, nodes: left }] : []
  })
}
