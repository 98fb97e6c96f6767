import { joinSamples } from '../data/join-samples.ts'
import type { Sample, SampleStream } from '../data/stream/sample-stream.ts'
import { feedsOf } from '../engine/feeds/feeds.ts'
import { fixedBatch } from '../engine/fixed-batch.ts'
import type { Feed, TensorInfo } from '../engine/tensor-info.ts'

/** The batch size that the model's inputs are fixed to; 1 if it is free, or samples hold whole inputs. */
export async function batchOf(inputs: readonly TensorInfo[], data: SampleStream): Promise<number> {
  for await (const sample of data.samples()) return fixedBatch(inputs, sample) ?? 1
  throw new Error('there is at least one sample')
}

/** Feeds of `batch` samples each, in order; only the samples of one feed are read at a time. */
export async function* streamFeeds(
  data: SampleStream,
  inputs: readonly TensorInfo[],
  batch: number,
): AsyncGenerator<Feed> {
  let waiting: Sample[] = []
  const feed = () => {
    const dataset = { ...data, size: waiting.length, inputs: joinSamples(waiting) }
    waiting = []
    return feedsOf(dataset, inputs, batch)[0]!
  }
  for await (const sample of data.samples()) {
    waiting.push(sample)
    if (waiting.length === batch) yield feed()
  }
  if (waiting.length > 0) yield feed()
}

/** Shapes of the inputs, as the first feed has them. */
export async function shapesOf(feeds: AsyncIterable<Feed>): Promise<ReadonlyMap<string, readonly number[]>> {
  for await (const feed of feeds) return new Map([...feed].map(([name, { shape }]) => [name, shape]))
  throw new Error('there is at least one sample')
}
