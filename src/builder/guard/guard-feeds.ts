import type { Dataset } from '../../data/dataset.ts'
import { feedsOf } from '../../engine/feeds.ts'
import type { Feed, TensorInfo } from '../../engine/tensor-info.ts'
import type { EngineContext } from '../engine.ts'

/** One inference of the guard. */
export interface GuardFeed {
  readonly feed: Feed
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
): readonly GuardFeed[] {
  const { data, heldBack } = guard!
  const feeds = cut(data, 0, data.size)
  // What does not calibrate may be another set altogether.
  if (!heldBack || !calibration || calibration.random) return feeds
  const wanted = Math.min(calibration.size, most - data.size)
  return wanted > 0 ? [...feeds, ...cut(calibration, data.size, wanted)] : feeds

  function cut(from: Dataset, before: number, count: number): GuardFeed[] {
    return feedsOf(from, inputs, batch, Math.ceil(count / batch)).map((feed, i) => ({
      feed,
      samples: Array.from(
        { length: Math.min(batch, from.size - i * batch) },
        (_, sample) => before + i * batch + sample,
      ),
    }))
  }
}
