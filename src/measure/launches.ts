import { openTogether } from '../backends/open-together.ts'
import type { EngineFile, OpenEngines } from '../engine/backend.ts'
import type { Contender, MeasureOptions } from './contender.ts'

/** One process with the contenders loaded in one order. */
export interface Launch {
  readonly engines: OpenEngines
  /** Ids in the order of loading. */
  readonly loaded: readonly string[]
  /** Of each engine; default 1. */
  readonly threads?: number
}

/**
 * Starts `count` launches. Whoever is loaded first is a few tenths of a percent slower, so the order of loading turns
 * round from launch to launch. All launches stay open and take turns: only one of them runs at a time.
 */
export async function startLaunches(
  contenders: readonly Contender[],
  count: number,
  { feeds, target, signal }: MeasureOptions,
): Promise<Launch[]> {
  const launches: Launch[] = []
  try {
    for (let i = 0; i < count; i++) {
      const files = contenders.map(contender => fileOf(contender, i))
      const order = i % 2 === 0 ? files : files.toReversed()
      const engines = await openTogether(order, target, { pinTo: target.threads, signal })
      launches.push({ engines, loaded: order.map(({ id }) => id), threads: target.threads })
      await engines.feed(feeds)
    }
    return launches
  } catch (error) {
    await stopLaunches(launches)
    throw error
  }
}

/** The build of a contender that a launch runs. */
function fileOf({ rebuilds = [], ...file }: Contender, launch: number): EngineFile {
  const models = [file.model, ...rebuilds]
  return { ...file, model: models[launch % models.length]! }
}

export async function stopLaunches(launches: readonly Launch[]): Promise<void> {
  await Promise.all(launches.map(({ engines }) => engines.stop()))
}
