import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { median } from 'simple-statistics'
import type { Contender, MeasureOptions } from './contender.ts'
import { openPair } from './pair.ts'
import { repeatUntil } from './repeat-until.ts'
import { segmentLogRatio } from './segment-log-ratio.ts'

/** What an engine compared with itself says about the machine. */
export interface NoiseFloor {
  /** fps of the engine / fps of the same engine: 1 but for noise. */
  readonly ratio: number
  /** Robust standard deviation of the log ratio of a block. */
  readonly blockSpread: number
  /** Difference of the log ratio between two launches. */
  readonly launchSpread: number
  readonly blocks: number
  /** Blocks that were measured again because other processes had the CPU. */
  readonly dropped: number
  /** Wall time of a block in seconds, blocks that were dropped included. */
  readonly blockSeconds: number
}

const leastBlocks = 16

/** Compares an engine with itself for so many seconds, exactly as two engines are compared. */
export async function noiseFloor(
  engine: Omit<Contender, 'id'>,
  options: MeasureOptions & { readonly seconds: number },
): Promise<NoiseFloor> {
  const pair = await openPair(
    { ...engine, id: 'a' },
    { ...engine, id: 'b' },
    { ...options, budgetSeconds: options.seconds },
  )
  try {
    const start = performance.now()
    const byLaunch: number[][] = Array.from({ length: pair.launches }, () => [])
    const measureBlock = async () => {
      const block = await pair.nextBlock()
      const value = segmentLogRatio(block, pair.plan.statistic)
      byLaunch[block.launch]!.push(value)
      return value
    }
    const { seconds, signal } = options
    const values = await repeatUntil(measureBlock, { least: leastBlocks, seconds, signal })
    const center = median(values)
    const launches = byLaunch.map(median)
    return {
      ratio: Math.exp(-center),
      blockSpread: 1.4826 * median(values.map(value => Math.abs(value - center))),
      launchSpread: Math.max(...launches) - Math.min(...launches),
      blocks: values.length,
      dropped: pair.dropped,
      blockSeconds: (performance.now() - start) / 1000 / values.length,
    }
  } finally {
    await pair.stop()
  }
}

/**
 * The smallest distance from a clause's boundary, as a share, that is decided in so many seconds with a power of 90% at
 * alpha 0.01: the fixed-sample bound (z_alpha + z_power) spread / sqrt(blocks).
 */
export function smallestDifference({ blockSpread, blockSeconds }: NoiseFloor, seconds: number): number {
  const z = normalQuantile(0.99, 0, 1) + normalQuantile(0.9, 0, 1)
  return z * blockSpread * Math.sqrt(blockSeconds / seconds)
}
