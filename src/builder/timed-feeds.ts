import { feedsOf } from '../engine/feeds/feeds.ts'
import type { Feed } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'
import type { Engine } from './engine.ts'

/** Real samples, taken in turn: enough that no engine profits from one that happens to be easy. */
const timedSamples = 16

/** What is fed while an engine is timed: full batches of the evaluation or calibration data. */
export function timedFeeds({ context, inputs }: Pick<Engine, 'context' | 'inputs'>): Feed[] {
  const { evaluation, calibration, target } = context
  const data = evaluation ?? calibration
  if (!data) throw new InputError('there is neither evaluation nor calibration data to run the engines on')
  const full = Math.floor(data.size / target.batch)
  if (full === 0) {
    throw new InputError(`${data.source}: has ${data.size} samples, fewer than one batch of ${target.batch}`)
  }
  return feedsOf(data, inputs, target.batch, Math.min(full, Math.ceil(timedSamples / target.batch)))
}
