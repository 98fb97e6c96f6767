import type { EngineFile } from '../engine/backend.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import { openPair } from '../measure/pair.ts'
import { timePair } from './time-pair.ts'

/** fps of one engine / fps of another, with a 95% interval. */
export interface SpeedRatio {
  readonly ratio: number
  readonly lower: number
  readonly upper: number
}

const leastBlocks = 8
const mostBlocks = 30

/** Times two engines in turns for some seconds: fps of the changed one / fps of the original. */
export async function compareSpeed(
  changed: EngineFile,
  original: EngineFile,
  { seconds, ...options }: MeasureOptions & { readonly seconds: number },
): Promise<SpeedRatio> {
  const pair = await openPair(original, changed, { ...options, budgetSeconds: seconds })
  try {
    const { statistic } = pair.plan
    const { signal } = options
    const { ratio } = await timePair(pair, { seconds, leastBlocks, mostBlocks, statistic, signal })
    return { ratio: ratio.median, lower: ratio.lower, upper: ratio.upper }
  } finally {
    await pair.stop()
  }
}
