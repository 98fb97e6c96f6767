import { median } from 'simple-statistics'
import { tMixtureInterval } from '../statistics/sequential/t-mixture-interval.ts'
import type { Contender, MeasureOptions } from './contender.ts'
import { openPair, type PairOptions } from './pair.ts'
import { repeatUntil } from './repeat-until.ts'
import { segmentLogRatio } from './segment-log-ratio.ts'
import { realTimer, type Timer } from './timer.ts'

/** fps of one engine / fps of another: the median over blocks, with its 95% interval. */
export interface SpeedRatio {
  readonly ratio: number
  readonly lower: number
  readonly upper: number
  readonly blocks: number
}

const leastBlocks = 8
const mostBlocks = 30

/**
 * Times two engines in turns for some seconds.
 *
 * @returns fps of `engine` / fps of `baseline`
 */
export async function compareSpeed(
  engine: Contender,
  baseline: Contender,
  { seconds, ...options }: MeasureOptions & Pick<PairOptions, 'launches'> & { readonly seconds: number },
  timer: Timer = realTimer,
): Promise<SpeedRatio> {
  const pair = await openPair(baseline, engine, { ...options, budgetSeconds: seconds }, timer)
  try {
    const values = await repeatUntil(
      async () => segmentLogRatio(await pair.nextBlock(), pair.plan.statistic),
      { least: leastBlocks, most: mostBlocks, seconds, signal: options.signal, now: timer.now },
    )
    const { lower, upper } = tMixtureInterval(values)
    return {
      ratio: Math.exp(median(values)),
      lower: Math.exp(lower),
      upper: Math.exp(upper),
      blocks: values.length,
    }
  } finally {
    await pair.stop()
  }
}
