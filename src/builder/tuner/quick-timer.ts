import { median } from 'simple-statistics'
import { backendOf } from '../../backends/backends.ts'
import type { Contender, MeasureOptions } from '../../measure/contender.ts'
import type { TuneTimer } from './tune.ts'

/** Inferences of each engine that count, after one that does not. */
const inferences = 3

/**
 * Times engines where there is no time to time them well: a few inferences of each in turns, in one process. What is
 * faster in all of them is faster; the interval goes from the least to the largest ratio.
 */
export const quickTimer: TuneTimer = {
  async rank(contenders, options) {
    const times = await timeInTurns(contenders, options)
    return [...times]
      .map(([id, milliseconds]) => ({ id, milliseconds: median(milliseconds) }))
      .toSorted((a, b) => a.milliseconds - b.milliseconds)
  },
  async compare(engine, baseline, options) {
    const times = await timeInTurns([engine, baseline], options)
    const [own, other] = [times.get(engine.id)!, times.get(baseline.id)!]
    const ratios = own.map((milliseconds, turn) => other[turn]! / milliseconds)
    return {
      ratio: median(ratios),
      lower: Math.min(...ratios),
      upper: Math.max(...ratios),
      blocks: ratios.length,
    }
  },
}

/** Latencies in ms, by engine. */
async function timeInTurns(
  contenders: readonly Contender[],
  { feeds, target, signal }: MeasureOptions,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const ids = contenders.map(({ id }) => id)
  const engines = await backendOf(target).open(contenders, target, { pinTo: target.threads, signal })
  try {
    await engines.feed(feeds.slice(0, 1))
    await engines.time(ids, 1)
    const turns: (readonly number[])[] = []
    for (let turn = 0; turn < inferences; turn++) {
      signal?.throwIfAborted()
      turns.push([...(await engines.time(ids, 1))])
    }
    return new Map(ids.map((id, i) => [id, turns.map(turn => turn[i]!)]))
  } finally {
    await engines.stop()
  }
}
