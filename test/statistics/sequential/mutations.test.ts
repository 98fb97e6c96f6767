import { describe, expect, test } from 'vitest'
import { blockLogRatio, type QuadOrder, quadLogRatio, quadOrder } from '../../../src/statistics/block.ts'
import { seededRandom } from '../../../src/statistics/random.ts'
import { segmentStatistic } from '../../../src/statistics/segment-statistic.ts'
import { lookSchedule } from '../../../src/statistics/sequential/look-schedule.ts'
import { SignFlipTest } from '../../../src/statistics/sequential/sign-flip-test.ts'
import { mostRejections, type Noise, normal } from '../simulate.ts'

// A calibration check is worth what it catches. Here each part that keeps the promise is broken in turn, and the check
// that the procedure passes as it is must fail.

const [alpha, runs, horizon] = [0.05, 200, 60]
/** Inferences of a segment, quads of a block. */
const [segmentLength, quads] = [5, 5]
const looks = lookSchedule({ alpha, horizon })

/** A procedure that may be broken. */
interface Procedure {
  readonly order: (random: () => number) => QuadOrder
  /** What the test sees of one block: its quads as [segment][inference] of latencies. */
  readonly samples: (block: readonly Quad[]) => readonly number[]
  /** Whether the hypothesis is rejected anywhere, given what each block added. */
  readonly rejects: (samples: readonly (readonly number[])[], random: () => number) => boolean
}

interface Quad {
  readonly order: QuadOrder
  readonly segments: readonly (readonly number[])[]
}

const asItIs: Procedure = {
  order: quadOrder,
  samples: block => [
    blockLogRatio(
      block.map(({ order, segments }) => {
        const [one, two, three, four] = segments.map(segment => segmentStatistic(segment, 'minimum'))
        return quadLogRatio([one!, two!, three!, four!], order)
      }),
    ),
  ],
  rejects: (samples, random) => {
    const test = new SignFlipTest({ alpha, looks, random })
    return samples.flat().some(value => test.add(value))
  },
}

/** Whoever goes first is always the same. */
const fixedOrder: Procedure = { ...asItIs, order: () => 'ABBA' }

/** Every look has all of alpha. */
const noSpending: Procedure = {
  ...asItIs,
  rejects: (samples, random) =>
    looks.some(look => {
      const test = new SignFlipTest({ alpha, looks: [look], random })
      return samples
        .flat()
        .slice(0, look)
        .some(value => test.add(value))
    }),
}

/** Every inference of a quad is a sample of its own, as though the coin had been thrown for each. */
const rawIterations: Procedure = {
  ...asItIs,
  samples: block =>
    block.flatMap(({ order, segments }) =>
      Array.from({ length: segmentLength }, (_, i) => {
        const [one, two, three, four] = segments.map(segment => segment[i]!)
        return quadLogRatio([one!, two!, three!, four!], order)
      }),
    ),
  rejects: (samples, random) => {
    const count = (blocks: number) => blocks * quads * segmentLength
    const test = new SignFlipTest({ alpha, looks: looks.map(count), random })
    return samples.flat().some(value => test.add(value))
  },
}

/** Slow-down by the inference. */
const machines: Readonly<Record<string, Noise>> = {
  // Slow now is slow in a moment; a correlation of 0.9 from one inference to the next.
  correlated: random => {
    let state = 0
    return () => {
      state = 0.9 * state + 0.01 * Math.sqrt(1 - 0.9 ** 2) * normal(random)
      return state + 0.002 * normal(random)
    }
  },

  // The first segment of every quad runs 0.6% slower, as after a pause.
  pausing: random => {
    let inference = 0
    return () => (inference++ % (4 * segmentLength) < segmentLength ? 0.006 : 0) + 0.003 * normal(random)
  },
}

/** In how many runs two equal engines are told apart. */
function falseAlarms({ order, samples, rejects }: Procedure, machine: string): number {
  const random = seededRandom(11)
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    const slowdown = machines[machine]!(random)
    const latencies = () => Array.from({ length: segmentLength }, () => Math.exp(slowdown()))
    const block = () =>
      Array.from({ length: quads }, () => ({
        order: order(random),
        segments: Array.from({ length: 4 }, latencies),
      }))
    const all = Array.from({ length: horizon }, () => samples(block()))
    if (rejects(all, random)) alarms++
  }
  return alarms
}

describe('a calibration check', () => {
  const most = mostRejections(runs, alpha)

  test.each(Object.keys(machines))('passes the procedure as it is on a %s machine', machine => {
    const alarms = falseAlarms(asItIs, machine)
    expect(alarms).toBeLessThanOrEqual(most)
    // One that never alarms would pass every check.
    expect(alarms).toBeGreaterThan(0)
  })

  test.each([
    ['a fixed order', fixedOrder, 'pausing'],
    ['no spending of alpha', noSpending, 'correlated'],
    ['raw iterations as samples', rawIterations, 'correlated'],
  ])('fails %s', (_, procedure, machine) => {
    expect(falseAlarms(procedure, machine)).toBeGreaterThan(most)
  })
})
