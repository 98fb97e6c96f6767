import type { InferenceSession } from 'onnxruntime-node'
import { median } from 'simple-statistics'
import { seededRandom } from '../../src/statistics/random.ts'
import { shuffled } from '../../src/statistics/shuffled.ts'
import { inputsOf, openPlain, runPlain } from './plain-session.ts'
import { feedOf } from './samples/feed.ts'
import { readSamples } from './samples/samples.ts'

export interface TimingJob {
  readonly job: 'timing'
  /** Model files by name; the first one is what the others are compared with. */
  readonly models: Readonly<Record<string, string>>
  readonly data: string
  readonly seconds: number
  /** With denormals flushed: the first session of a process decides that for all. */
  readonly flushDenormals?: boolean
}

export interface Timing {
  /** Median of the quiet latencies, ms. */
  readonly milliseconds: number
  /** fps / fps of the first model: the median over rounds in which all ran. */
  readonly ratio: number
}

const [inRound, leastRounds, mostRounds] = [3, 5, 300]

/**
 * One loop in which all models take turns, in an order drawn anew in each round; the quickest of three inferences stands
 * for a round. The process is pinned by its parent.
 */
export async function timing({
  models,
  data,
  seconds,
  flushDenormals = false,
}: TimingJob): Promise<Record<string, Timing>> {
  const samples = await readSamples(data)
  const names = Object.keys(models)
  const sessions = new Map<string, InferenceSession>()
  for (const name of names) sessions.set(name, await openPlain(models[name]!, { flushDenormals }))
  const feed = feedOf(samples, inputsOf(sessions.get(names[0]!)!), 0)
  const quickest = async (name: string, times: number) => {
    const session = sessions.get(name)!
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < times; i++) {
      const start = performance.now()
      await runPlain(session, feed)
      best = Math.min(best, performance.now() - start)
    }
    return best
  }
  const all = [...sessions.keys()]
  for (const name of all) await quickest(name, 2)
  const rounds: Record<string, number>[] = []
  const random = seededRandom(7)
  const end = performance.now() + 1000 * seconds
  while (rounds.length < leastRounds || (performance.now() < end && rounds.length < mostRounds)) {
    const round: Record<string, number> = {}
    for (const name of shuffled(all, random)) round[name] = await quickest(name, inRound)
    rounds.push(round)
  }
  return Object.fromEntries(
    all.map(name => [
      name,
      {
        milliseconds: median(rounds.map(round => round[name]!)),
        ratio: median(rounds.map(round => round[all[0]!]! / round[name]!)),
      },
    ]),
  )
}
