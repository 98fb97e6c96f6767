import type { Dataset } from '../../data/dataset.ts'
import type { NumericArray } from '../../data/ndarray.ts'
import { feedsOf } from '../../engine/feeds/feeds.ts'
import type { Feed, TensorInfo } from '../../engine/tensor-info.ts'
import type { EngineContext } from '../engine.ts'

/** One inference of the guard. */
export interface GuardFeed {
  /** Made when it is needed: all of a large model together take hundreds of MB. */
  readonly feed: () => Feed
  /** Indices of its samples among all of the guard. */
  readonly samples: readonly number[]
}

/** So many samples say enough, of models that are fast. */
const most = 64

/**
 * Samples on which an engine is compared with float, by inference: those that were held back, and behind them those that
 * calibrated. A range that was cut for others is as wrong in these.
 */
export function guardFeeds(
  { guard, calibration, target: { batch } }: Pick<EngineContext, 'guard' | 'calibration' | 'target'>,
  inputs: readonly TensorInfo[],
  withCalibrating: boolean,
): readonly GuardFeed[] {
  const { data, heldBack } = guard!
  const feeds = cut(data, 0, data.size)
  // What does not calibrate may be another set altogether.
  if (!withCalibrating || !heldBack || !calibration || calibration.random) return feeds
  const wanted = Math.min(calibration.size, most - data.size)
  return wanted > 0 ? [...feeds, ...cut(calibration, data.size, wanted)] : feeds

  function cut(from: Dataset, before: number, count: number): GuardFeed[] {
    return Array.from({ length: Math.ceil(count / batch) }, (_, i) => {
      const first = i * batch
      const size = Math.min(batch, from.size - first)
      return {
        feed: () => feedsOf(part(from, first, size), inputs, batch)[0]!,
        samples: Array.from({ length: size }, (_, sample) => before + first + sample),
      }
    })
  }
}

/** Some samples of a data set, in the same memory. */
function part(from: Dataset, first: number, size: number): Dataset {
  const inputs = [...from.inputs].map(([name, { shape, data }]) => {
    const row = data.length / shape[0]!
    const values = data.subarray(first * row, (first + size) * row) as NumericArray
    return [name, { shape: [size, ...shape.slice(1)], data: values }] as const
  })
  return { source: from.source, sha256: from.sha256, size, inputs: new Map(inputs) }
}
