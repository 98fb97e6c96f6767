import { isDeepStrictEqual } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import type { Contender, MeasureOptions } from '../../src/measure/contender.ts'
import { startLaunches, stopLaunches } from '../../src/measure/launches.ts'
import { openPair } from '../../src/measure/pair.ts'
import { measurePeakMemory } from '../../src/measure/peak-memory.ts'
import { roundRobin } from '../../src/measure/round-robin.ts'
import { measureSingle } from '../../src/measure/single.ts'
import { digits } from '../support/digits.ts'
import { runningHosts } from '../support/hosts.ts'
import { randomFeed } from '../support/models/model-builder.ts'

const fp32: Contender = { id: 'fp32', model: digits.fp32 }
const explicit: Contender = { id: 'explicit', model: digits.explicit }
const options: MeasureOptions = {
  feeds: [randomFeed('image', [1, 1, 32, 32])],
  seed: 7,
  target: defaultTarget,
}
const broken: Contender = { id: 'broken', model: 'absent.onnx' }

afterEach(async () => expect(await runningHosts()).toEqual([]))

test('the order of loading turns round from launch to launch; every launch is a process of its own', async () => {
  const launches = await startLaunches([fp32, explicit], 3, options)
  try {
    expect(launches.map(({ loaded }) => loaded)).toEqual([
      ['fp32', 'explicit'],
      ['explicit', 'fp32'],
      ['fp32', 'explicit'],
    ])
    expect(await runningHosts()).toHaveLength(3)
  } finally {
    await stopLaunches(launches)
  }
})

test('a pair gives blocks of quads as planned, from launches that take turns', async () => {
  const pair = await openPair(fp32, explicit, { ...options, budgetSeconds: 10 })
  try {
    expect(pair.launches).toBe(2)
    const blocks = [await pair.nextBlock(), await pair.nextBlock(), await pair.nextBlock()]
    expect(blocks.map(({ launch }) => launch)).toEqual([0, 1, 0])
    for (const { orders, quads } of blocks) {
      expect(orders).toHaveLength(pair.plan.quads)
      expect(quads).toHaveLength(pair.plan.quads)
      for (const segments of quads) {
        expect(segments).toHaveLength(4)
        for (const segment of segments) {
          expect(segment).toHaveLength(pair.plan.segmentLength)
          expect(segment.every(ms => ms > 0)).toBe(true)
        }
      }
    }
  } finally {
    await pair.stop()
  }
})

test('of engines with several builds each launch runs the next pair of them', async () => {
  // Two models stand for two builds, so that their outputs tell which one runs.
  const twice = { ...fp32, rebuilds: [digits.explicit] }
  const launches = await startLaunches([twice, explicit], 3, options)
  try {
    const image = options.feeds.slice(0, 1)
    const outputs = await Promise.all(
      launches.map(async ({ engines }) => [
        await engines.infer('fp32', image),
        await engines.infer('explicit', image),
      ]),
    )
    const alike = outputs.map(([one, other]) => isDeepStrictEqual(one, other))
    expect(alike).toEqual([false, true, false])
  } finally {
    await stopLaunches(launches)
  }
  const pair = await openPair({ ...fp32, rebuilds: [fp32.model, fp32.model] }, explicit, {
    ...options,
    budgetSeconds: 1,
  })
  expect(pair.launches).toBe(3)
  await pair.stop()
  const lost = openPair({ ...fp32, rebuilds: [broken.model] }, explicit, { ...options, budgetSeconds: 1 })
  await expect(lost).rejects.toThrow('absent.onnx: ONNX Runtime cannot load it')
})

test('a seed fixes the orders; another seed gives others, and both orders occur', async () => {
  const orders = async (seed: number) => {
    const pair = await openPair(fp32, explicit, {
      ...options,
      seed,
      budgetSeconds: 5,
      launches: 1,
      pace: 'any',
    })
    try {
      // A pilot chooses how many there are in a block.
      const drawn: string[] = []
      while (drawn.length < 15) drawn.push(...(await pair.nextBlock()).orders)
      return drawn.slice(0, 15)
    } finally {
      await pair.stop()
    }
  }
  const first = await orders(7)
  expect(await orders(7)).toEqual(first)
  expect(await orders(8)).not.toEqual(first)
  expect(new Set(first)).toEqual(new Set(['ABBA', 'BAAB']))
})

test('a round robin gives every contender one segment in each round', async () => {
  const rounds = await roundRobin([fp32, explicit, { ...fp32, id: 'copy' }], { ...options, seconds: 0.2 })
  expect([...rounds.keys()]).toEqual(['fp32', 'explicit', 'copy'])
  const counts = [...rounds.values()].map(segments => segments.length)
  expect(counts[0]).toBeGreaterThanOrEqual(8)
  expect(new Set(counts).size).toBe(1)
  for (const segment of [...rounds.values()].flat()) {
    expect(segment).toHaveLength(3)
    expect(segment.every(ms => ms > 0)).toBe(true)
  }
})

test('a single engine: the same number of latencies from every launch, all of them kept', async () => {
  const run = await measureSingle(fp32, { ...options, seconds: 0.3, pace: 'any' })
  expect(run.launches).toHaveLength(2)
  const [one, other] = run.launches
  expect(one!.length).toBe(other!.length)
  expect(one!.length % 50).toBe(0)
  const milliseconds = run.launches.flatMap(launch => [...launch])
  expect(milliseconds.every(ms => ms > 0)).toBe(true)
  expect(run.wallSeconds * 1000).toBeGreaterThan(milliseconds.reduce((sum, ms) => sum + ms, 0))
})

test('peak memory is that of a process for each launch', async () => {
  const peaks = await measurePeakMemory(fp32, { ...options, launches: 2 })
  expect(peaks).toHaveLength(2)
  expect(Math.min(...peaks)).toBeGreaterThan(20e6)
})

test('a contender that cannot be loaded ends the measurement with its name', async () => {
  const message = 'absent.onnx: ONNX Runtime cannot load it'
  await expect(openPair(fp32, broken, { ...options, budgetSeconds: 1 })).rejects.toThrow(message)
  await expect(roundRobin([fp32, broken], { ...options, seconds: 1 })).rejects.toThrow(message)
  await expect(measureSingle(broken, { ...options, seconds: 1 })).rejects.toThrow(message)
})

test('a host that dies ends the comparison with one sentence', async () => {
  const pair = await openPair(fp32, explicit, { ...options, budgetSeconds: 30, launches: 1 })
  try {
    const [pid] = await runningHosts()
    const block = pair.nextBlock()
    process.kill(pid!, 'SIGKILL')
    await expect(block).rejects.toThrow(
      /^the process that runs the engines was killed by SIGKILL, probably because memory ran out/,
    )
  } finally {
    await pair.stop()
  }
})

test('aborting ends a measurement with the reason', async () => {
  const abort = new AbortController()
  const run = measureSingle(fp32, { ...options, seconds: 600, signal: abort.signal })
  setTimeout(() => abort.abort(new Error('Ctrl-C')), 1_000)
  await expect(run).rejects.toThrow('Ctrl-C')
})
