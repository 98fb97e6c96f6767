import { feedsOf } from '../../engine/feeds/feeds.ts'
import type { BuildTask } from '../task.ts'
import type { OverflowOptions } from './overflow-options.ts'

/** Calibration samples on which every INT8 build is compared with float arithmetic. */
const checkedSamples = 32

/** Of a usual build, for the layers that are compared together. */
const mostSeconds = 15

/** How the INT8 kernels of a build are checked for overflow; without data there are no samples to check them on. */
export function overflowCheck({ context, source, scratch, signal, time }: BuildTask): OverflowOptions {
  const { calibration, evaluation, target } = context
  const data = calibration ?? evaluation
  const feeds = data
    ? feedsOf(data, source.inputs, target.batch, Math.ceil(checkedSamples / target.batch))
    : []
  return { feeds, target, directory: scratch, seconds: time.part(mostSeconds), signal }
}
