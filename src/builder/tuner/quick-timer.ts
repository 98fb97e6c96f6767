import { median } from 'simple-statistics'
import { backendOf } from '../../backends/backends.ts'
import type { Contender, MeasureOptions } from '../../measure/contender.ts'
import type { TuneTimer } from './tune.ts'
import { turnLength } from './turn-length.ts'

/** Inferences of each engine that count, after one that does not. */
const inferences = 3

/**
 * Times engines where there is no time to time them well: a few inferences of each in turns, in one process. What is
 * faster in all of them is faster; the interval goes from the least to the largest ratio.
 *
 * @param together - whether there is memory for all at a time; otherwise each is opened by itself, and the first one twice,
 *   before the others and after them, so that a machine that becomes slower favours nobody
 */
export function quickTimer({ together }: { readonly together: boolean }): TuneTimer {
  const timed = together ? timeInTurns : timeOneByOne
  return {
    async rank(contenders, options) {
      const times = await timed(contenders, options)
      return [...times]
        .map(([id, milliseconds]) => ({ id, milliseconds: median(milliseconds) }))
        .toSorted((a, b) => a.milliseconds - b.milliseconds)
    },
    async compare(engine, baseline, options) {
      const times = await timed([engine, baseline], options)
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
}

/** Latencies in ms, by engine. */
type Latencies = ReadonlyMap<string, readonly number[]>

async function timeInTurns(
  contenders: readonly Contender[],
  { feeds, target, signal }: MeasureOptions,
): Promise<Latencies> {
  const ids = contenders.map(({ id }) => id)
  const engines = await backendOf(target).open(contenders, target, { pinTo: target.threads, signal })
  try {
    await engines.feed(feeds.slice(0, 1))
    const length = await turnLength(async () => [...(await engines.time(ids, 1))])
    const turns: (readonly number[])[] = []
    for (let turn = 0; turn < inferences; turn++) {
      signal?.throwIfAborted()
      const times = [...(await engines.time(ids, length))]
      turns.push(ids.map((_, i) => median(warm(times.slice(i * length, (i + 1) * length)))))
    }
    return new Map(ids.map((id, i) => [id, turns.map(turn => turn[i]!)]))
  } finally {
    await engines.stop()
  }
}

function warm(times: readonly number[]): readonly number[] {
  return times.length > 1 ? times.slice(1) : times
}

async function timeOneByOne(contenders: readonly Contender[], options: MeasureOptions): Promise<Latencies> {
  const [first, ...others] = contenders
  const times = new Map<string, number[]>()
  for (const [contender, count] of [
    [first!, inferences - 1] as const,
    ...others.map(other => [other, inferences] as const),
    [first!, 1] as const,
  ]) {
    const found = await timeAlone(contender, count, options)
    times.set(contender.id, [...(times.get(contender.id) ?? []), ...found])
  }
  return times
}

/** After one inference that does not count. */
async function timeAlone(
  contender: Contender,
  count: number,
  { feeds, target, signal }: MeasureOptions,
): Promise<readonly number[]> {
  const engines = await backendOf(target).open([contender], target, { pinTo: target.threads, signal })
  try {
    await engines.feed(feeds.slice(0, 1))
    const milliseconds = [...(await engines.time([contender.id], count + 1))]
    return milliseconds.slice(1)
  } finally {
    await engines.stop()
  }
}
