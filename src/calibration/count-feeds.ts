import type { Host } from '../engine/host.ts'
import type { Feed } from '../engine/tensor-info.ts'
import type { CountingWorker } from './counting-worker.ts'
import { type Histogram, type InitialRange, mergeHistograms } from './histogram.ts'
import type { ObservedTensor } from './observed-tensors.ts'

/** One pass over the data. */
export interface Pass {
  readonly tensors: readonly ObservedTensor[]
  readonly initialRange: InitialRange
  readonly feeds: AsyncIterable<Feed>
  /** Whether there is to be another feed after so many. */
  readonly goesOn: (feeds: number) => boolean
  /** What to call a feed in messages. */
  readonly nameOf: (feed: number) => string
  /** Opens the model that gives the tensors; not needed in the first process. */
  readonly open: (host: Host) => Promise<unknown>
  /** The feeds that an earlier run has counted, and what it found. */
  readonly before?:
    | { readonly feeds: number; readonly histograms: ReadonlyMap<string, Histogram> }
    | undefined
  readonly onInference: () => void
  /** After each feed that was given: how many there were, and a way to what was found in them. */
  readonly onFeed?: (feeds: number, counts: () => Promise<ReadonlyMap<string, Histogram>>) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the model on every feed and counts values: the first process the first feed, all of them the others in turns.
 *
 * The first feed sets the widths of bins. Counts of several processes add up exactly only if they begin with the same
 * widths, so the first process does it all if a tensor is all zero in the first feed.
 *
 * @returns how many feeds count
 */
export async function countFeeds(
  first: CountingWorker,
  others: readonly CountingWorker[],
  pass: Pass,
): Promise<number> {
  const { tensors, initialRange, before, onInference, onFeed } = pass
  await first.give(host => host.call('observe', tensors))
  if (before) await first.give(host => host.call('merge', before.histograms))
  const workers = [first]
  const begin = before?.feeds ?? 0
  let feeds = 0
  for await (const feed of pass.feeds) {
    pass.signal?.throwIfAborted()
    if (feeds >= begin && !pass.goesOn(feeds)) break
    const position = feeds++
    if (position < begin) continue
    const name = pass.nameOf(position)
    await workers[position % workers.length]!.give(async host => {
      await host.call('add', feed, initialRange, name)
      onInference()
    })
    if (position === begin) workers.push(...(await joined(first, others, pass)))
    await onFeed?.(feeds, () => countsOf(workers))
  }
  await Promise.all(workers.map(worker => worker.finish()))
  return feeds
}

/** The other processes, made ready, where all widths are set; none otherwise. */
async function joined(first: CountingWorker, others: readonly CountingWorker[], { tensors, open }: Pass) {
  if (others.length === 0) return []
  const widths = await first.ask(host => host.call<ReadonlyMap<string, number>>('widths'))
  if ([...widths.values()].includes(0)) return []
  for (const worker of others) {
    await worker.give(open)
    await worker.give(host => host.call('observe', tensors, widths))
  }
  return others
}

async function countsOf(workers: readonly CountingWorker[]): Promise<ReadonlyMap<string, Histogram>> {
  const found = await Promise.all(
    workers.map(worker => worker.ask(host => host.call<Map<string, Histogram>>('histograms'))),
  )
  const [whole, ...parts] = found
  for (const part of parts) {
    for (const [name, histogram] of part) mergeHistograms(whole!.get(name)!, histogram)
  }
  return whole!
}
