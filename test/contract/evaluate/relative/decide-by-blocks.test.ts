import { median } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { defaultTarget } from '../../../../src/backends/resolve-target.ts'
import { decideByBlocks } from '../../../../src/contract/evaluate/relative/decide-by-blocks.ts'
import { type PaceGate, paceGate } from '../../../../src/measure/pace/pace-gate.ts'
import { openPair } from '../../../../src/measure/pair.ts'
import { segmentLogRatio } from '../../../../src/measure/segment-log-ratio.ts'
import { seededRandom } from '../../../../src/statistics/random.ts'
import { RatioTest } from '../../../../src/statistics/sequential/ratio-test.ts'
import { givenLaunches } from '../../../support/given-launches.ts'

/** For how long the machine stays in one of its speeds, in ms. */
const stay = 4000
const isSlowAt = (now: number, first: 'slow' | 'fast') =>
  (Math.floor(now / stay) % 2 === 0) === (first === 'slow')

interface Machine {
  readonly first?: 'slow' | 'fast'
  readonly gate?: PaceGate
  readonly pace?: 'full' | 'any'
  readonly seconds?: number
  readonly isSlow?: (now: number) => boolean
  readonly bound?: number
}

/**
 * Decides `b fps >= 1.8 x a fps`, or another bound: b is twice as fast as a at full pace, and 1.5 times while the machine is slow, whose
 * probes then take 40 us instead of 25.
 */
async function decide({ first = 'slow', gate = paceGate(25), pace = 'full', ...given }: Machine) {
  const { seconds = 10, isSlow = (now: number) => isSlowAt(now, first), bound = 1.8 } = given
  const random = seededRandom(3)
  const noise = () => 1 + 0.01 * random()
  const timer = givenLaunches(
    (id, now) => noise() * (id === 'a' ? (isSlow(now) ? 1.5 : 1) : isSlow(now) ? 1 : 0.5),
    now => noise() * (isSlow(now) ? 40 : 25),
  )
  const options = { feeds: [], seed: 1, target: defaultTarget, budgetSeconds: seconds, pace, gate }
  const contender = (id: string) => ({ id, model: `${id}.onnx` })
  const pair = await openPair(contender('b'), contender('a'), { ...options, launches: 1 }, timer)
  const found = await decideByBlocks(pair, {
    startTest: async () => new RatioTest({ boundary: 0, maxBlocks: 120, random: seededRandom(1) }),
    ratioOf: block => segmentLogRatio(block, pair.plan.statistic),
    distance: value => value + Math.log(bound),
    isEnough: () => true,
    pace,
    least: 8,
    most: 120,
    seconds,
    clock: timer,
    // What the last progress line says of them.
    onBlock: values => void median([...values]),
  })
  const ratio = found.values.length > 0 ? Math.exp(-median([...found.values])) : undefined
  return { ...found, ratio, pair, milliseconds: timer.now() }
}

describe('a machine of two speeds', () => {
  test.each(['slow', 'fast'] as const)('is judged at its full pace, which it is %s to reach', async first => {
    const { verdict, ratio, pair, milliseconds } = await decide({ first })
    expect(verdict).toBe('upheld')
    expect(ratio).toBeCloseTo(2, 1)
    if (first === 'fast') return
    expect(milliseconds).toBeGreaterThan(stay)
    expect(pair.pace.slower).toBeGreaterThan(0)
    expect(pair.pace.pace).toBeCloseTo(25 / 40, 1)
    expect(Math.exp(-median(pair.slowerBlocks().map(block => segmentLogRatio(block))))).toBeCloseTo(1.5, 1)
  })

  test('is judged as it is if that is asked for', async () => {
    const { verdict, ratio } = await decide({ pace: 'any' })
    expect(verdict).toBe('violated')
    expect(ratio).toBeCloseTo(1.5, 1)
  })

  test('of which nothing is known is looked at first', async () => {
    const { verdict, ratio } = await decide({ gate: paceGate(), seconds: 30 })
    expect(verdict).toBe('upheld')
    expect(ratio).toBeCloseTo(2, 1)
  })

  test('that shows its full pace after some blocks is judged by the others alone', async () => {
    // The look takes 5 s.
    const { verdict, ratio, blocks, pair } = await decide({
      gate: paceGate(),
      seconds: 30,
      isSlow: now => now < 6800,
    })
    expect(verdict).toBe('upheld')
    expect(ratio).toBeCloseTo(2, 1)
    expect(pair.slowerBlocks().length).toBeGreaterThan(1)
    expect(blocks.every(pair.counts)).toBe(true)
  })

  test('that shows its full pace late is judged by what is left then, or not at all', async () => {
    const left = new Set<number>()
    for (let late = 600; late < 1800; late += 40) {
      const { verdict, isSlow, blocks, pair } = await decide({
        gate: paceGate(),
        seconds: 1,
        bound: 1.5,
        isSlow: now => now < late,
      })
      expect(blocks.every(pair.counts)).toBe(true)
      if (blocks.length < 8) expect(isSlow).toBe(verdict === undefined)
      expect(pair.allBlocks().length).toBeGreaterThanOrEqual(Math.max(2, blocks.length))
      left.add(blocks.length)
    }
    // From all of them to fewer than a verdict takes.
    expect(Math.min(...left)).toBeLessThan(8)
    expect(Math.max(...left)).toBeGreaterThanOrEqual(8)
  })

  test('that never reaches its full pace gives no verdict, within twice the budget', async () => {
    const { verdict, isSlow, milliseconds, pair } = await decide({ isSlow: () => true, seconds: 5 })
    expect([verdict, isSlow]).toEqual([undefined, true])
    expect(milliseconds).toBeLessThan(2.5 * 5000)
    expect(pair.pace).toMatchObject({ slower: pair.pace.timings })
    expect(pair.slowerBlocks().length).toBeGreaterThan(8)
  })

  test('that is hardly ever at one of them for as long as a block still has blocks of all quads', async () => {
    // It changes with every quad, so that a few of each block are at full pace.
    let quads = 0
    const { isSlow, pair } = await decide({ isSlow: () => quads++ % 50 !== 0, seconds: 1 })
    expect(isSlow).toBe(true)
    expect(pair.allBlocks().length).toBeGreaterThanOrEqual(7)
  })
})

test('judged as it is, no machine is measured for longer than the budget', async () => {
  // On the bound itself, so that only time ends it.
  const { milliseconds } = await decide({ pace: 'any', isSlow: now => now > 50, seconds: 5, bound: 1.5 })
  expect(milliseconds).toBeLessThan(1.5 * 5000)
})

test('a machine of one speed is not waited for', async () => {
  const { verdict, blocks, milliseconds, pair } = await decide({ isSlow: () => false })
  expect(verdict).toBe('upheld')
  expect(pair.pace).toEqual({ timings: pair.pace.timings, slower: 0, probe: expect.any(Number) })
  expect(milliseconds).toBeLessThan(1000 * pair.plan.seconds * (blocks.length + 8))
})
