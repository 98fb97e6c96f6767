import { successiveHalving } from '../measure/successive-halving.ts'
import { buildEnvironment } from './cache/build-key.ts'
import { cached } from './cache/cache.ts'
import { targetKey } from './cache/target-key.ts'
import type { Engine } from './engine.ts'
import type { BuildTask } from './task.ts'
import { timedFeeds } from './timed-feeds.ts'

/** Seconds that the builds of a variant are timed in turns, unless a clause may take less. */
const rankingSeconds = 6

/**
 * The fastest of several builds of a variant, as the one engine that it has. How much slower the others are is in its notes.
 *
 * @param builds - in the order of building, at least two
 */
export async function fastestBuild(
  builds: readonly Engine[],
  { source, signal, onProgress }: Pick<BuildTask, 'source' | 'signal' | 'onProgress'>,
): Promise<Engine> {
  const [first] = builds as readonly [Engine]
  const { variant, context } = first
  const { target, accelerator, seed, budgetSeconds } = context
  const seconds = Math.min(rankingSeconds, budgetSeconds)
  const key = {
    kind: 'fastest build',
    environment: buildEnvironment(),
    builds: builds.map(({ sha256 }) => sha256),
    target: targetKey(target),
    accelerator,
    seed,
    seconds,
  }
  const { record: places } = await cached(key, () => {
    onProgress?.(`${variant}: timing ${builds.length} builds in turns`)
    return successiveHalving(
      builds.map(({ model }, build) => ({ id: String(build), model })),
      { feeds: timedFeeds({ context, inputs: source.inputs }), target, seed, signal, seconds },
    )
  })
  const [best] = places.map(({ id }) => Number(id))
  const latency = new Map(places.map(({ id, milliseconds }) => [Number(id), milliseconds]))
  const shares = builds.map((_, build) =>
    build === best
      ? `build ${build + 1} is kept`
      : `build ${build + 1} has ${(latency.get(best!)! / latency.get(build)!).toFixed(3)} of its fps`,
  )
  const engine = builds[best!]!
  return {
    ...engine,
    fastestOf: builds.length,
    buildSeconds: builds.reduce((sum, { buildSeconds }) => sum + buildSeconds, 0),
    notes: [`the fastest of ${builds.length} builds: ${shares.join(', ')}`, ...engine.notes],
    // It is one engine now, and compared as one.
    context: { ...context, target: { ...target, builds: 1 } },
  }
}
