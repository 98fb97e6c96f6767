import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { planBlocks } from '../../src/measure/block-plan.ts'
import { blockLogRatio, quadLogRatio, quadOrder } from '../../src/statistics/block.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { lookSchedule } from '../../src/statistics/sequential/look-schedule.ts'
import { RatioTest } from '../../src/statistics/sequential/ratio-test.ts'
import { SignFlipTest } from '../../src/statistics/sequential/sign-flip-test.ts'
import { type MachineName, machines, tracePairSeconds } from './machines.ts'
import { inferencesPerEngine, type RivalName, rivals } from './rivals.ts'

/** Runs on one machine whose A is slower than B by so much (log) more than the clause tolerates. */
export interface Task {
  readonly machine: MachineName
  readonly beyond: number
  readonly runs: number
  readonly seed: number
  /** Whether the rules of others are tried too. */
  readonly rivals: boolean
  /** Where the centre of a block lies for engines that are equal; see `centreOf`. */
  readonly centre: number
}

export interface Outcome {
  readonly runs: number
  readonly violated: number
  readonly upheld: number
  /** Violated by the same test at alpha 0.05. */
  readonly violatedAt5: number
  /** Sum over the runs. */
  readonly blocks: number
  readonly rivals: Readonly<Partial<Record<RivalName, number>>>
}

export const tolerance = Math.log1p(0.01)
/** What a comparison gets with a budget of 30 s: at 2 ms an inference on simulated machines, at its own on the real one. */
const planOf = (machine: MachineName) => planBlocks(machine === 'A/A trace' ? tracePairSeconds : 0.004, 30)
export const horizon = 120

/** Runs a task; the same task gives the same outcome. */
export function simulate({ machine, beyond, runs, seed, rivals: withRivals, centre }: Task): Outcome {
  const random = seededRandom(seed)
  const slower = tolerance + beyond
  const total = { runs, violated: 0, upheld: 0, violatedAt5: 0, blocks: 0 }
  const found: Partial<Record<RivalName, number>> = {}
  for (let run = 0; run < runs; run++) {
    const nextBlock = blocksOf(machine, slower, random)
    const test = new RatioTest({ boundary: tolerance, maxBlocks: horizon, random })
    const at5 = new SignFlipTest({ alpha: 0.05, looks: lookSchedule({ alpha: 0.05, horizon }), random })
    // At the boundary all blocks are needed, for the test at 0.05; elsewhere the first verdict ends the run.
    for (let block = 0; block < horizon && (beyond === 0 || !test.verdict); block++) {
      const value = nextBlock() - centre
      if (!test.verdict) {
        test.add(value)
        total.blocks++
      }
      if (beyond === 0) at5.add(value - tolerance)
    }
    if (test.verdict === 'violated') total.violated++
    if (test.verdict === 'upheld') total.upheld++
    if (at5.rejected) total.violatedAt5++
    if (withRivals) {
      const [a, b] = sequential(machine, slower, random)
      for (const [name, rule] of Object.entries(rivals) as [RivalName, (typeof rivals)[RivalName]][]) {
        found[name] = (found[name] ?? 0) + Number(rule(a, b))
      }
    }
  }
  return { ...total, rivals: found }
}

/** Log ratios of blocks as quantract measures them. */
function blocksOf(machine: MachineName, slower: number, random: () => number): () => number {
  const next = machines[machine](random)
  const { quads, segmentLength, dropped } = planOf(machine)
  const segment = (engine: 'A' | 'B') => {
    for (let i = 0; i < dropped; i++) next(engine)
    let quiet = Infinity
    for (let i = 0; i < segmentLength; i++) quiet = Math.min(quiet, next(engine))
    return Math.exp(quiet + (engine === 'A' ? slower : 0))
  }
  return () =>
    blockLogRatio(
      Array.from({ length: quads }, () => {
        const order = quadOrder(random)
        const [one, two, three, four] = order.split('').map(engine => segment(engine as 'A' | 'B'))
        return quadLogRatio([one!, two!, three!, four!], order)
      }),
    )
}

/** Latencies of A, then of B, B's with the tolerance granted. */
function sequential(machine: MachineName, slower: number, random: () => number): [number[], number[]] {
  const next = machines[machine](random)
  const latencies = (engine: 'A' | 'B', more: number) =>
    Array.from({ length: inferencesPerEngine }, () => Math.exp(next(engine) + more))
  return [latencies('A', slower), latencies('B', tolerance)]
}

/**
 * Centre and robust spread of blocks of two engines that are equal. The centre is 0 where their noise is alike, because
 * then the coin alone gives a quad its sign; where one is noisier its quiet latency differs too, and the boundary has to
 * be where the truth is.
 */
export function blockSpread(machine: MachineName, blocks: number): { centre: number; spread: number } {
  const random = seededRandom(99)
  const values: number[] = []
  while (values.length < blocks) {
    const nextBlock = blocksOf(machine, 0, random)
    for (let block = 0; block < horizon; block++) values.push(nextBlock())
  }
  return {
    centre: machine === 'S4 unequal' ? median(values) : 0,
    spread: 1.4826 * medianAbsoluteDeviation(values),
  }
}
