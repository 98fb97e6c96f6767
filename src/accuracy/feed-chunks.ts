import type { Dataset } from '../data/dataset.ts'
import { partsOf } from '../data/parts-of.ts'
import { feedsOf } from '../engine/feeds/feeds.ts'
import type { Feed, TensorInfo } from '../engine/tensor-info.ts'

interface FeedChunkOptions {
  readonly batch: number
  /** Feeds at a time. */
  readonly chunk: number
  /** Of the samples, ascending; default: all of them. */
  readonly positions?: readonly number[] | undefined
}

/** The samples of a data set as feeds of single inferences, as many at a time as one message has. */
export async function* feedChunks(
  dataset: Dataset,
  inputs: readonly TensorInfo[],
  { batch, chunk, positions }: FeedChunkOptions,
): AsyncGenerator<Feed[]> {
  for await (const part of partsOf(dataset, batch, positions)) {
    const feeds = feedsOf(part, inputs, batch)
    for (let first = 0; first < feeds.length; first += chunk) yield feeds.slice(first, first + chunk)
  }
}
