import { expect, test } from 'vitest'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { successiveHalving } from '../../src/measure/successive-halving.ts'
import { givenLaunches } from '../support/given-launches.ts'

const options = { feeds: [], seed: 1, target: defaultTarget, seconds: 1 }

/** Engines a, b, c, ...: each takes a tenth of a millisecond more than the one before it. */
const ids = 'abcdefgh'.split('')
const contenders = ids.map(id => ({ id, model: `${id}.onnx` }))
const usual = (id: string) => 1 + ids.indexOf(id) / 10

test('ranks by given times, the fastest first, with the median latency of each', async () => {
  const timer = givenLaunches(usual)
  const places = await successiveHalving(contenders.toReversed(), options, timer)
  expect(places.map(({ id }) => id)).toEqual(ids)
  for (const { id, milliseconds } of places) expect(milliseconds).toBeCloseTo(usual(id))
  expect(timer.open()).toBe(0)
})

test('the slower half drops out, so that the time goes to those that are hard to tell apart', async () => {
  const timer = givenLaunches(usual)
  await successiveHalving(contenders, options, timer)
  const rounds = timer.timed.filter(({ length }) => length > 1)
  const alive = rounds.map(order => order.toSorted().join(''))
  expect([...new Set(alive)]).toEqual(['abcdefgh', 'abcd', 'abc'])
  const count = (which: string) => alive.filter(each => each === which).length
  expect(count('abcd')).toBeGreaterThan(count('abcdefgh'))
  expect(count('abcdefgh')).toBeGreaterThanOrEqual(6)
  expect(timer.now()).toBeGreaterThan(1000 * options.seconds)
})

test('without time there are still enough rounds, and who must be kept is never dropped', async () => {
  const timer = givenLaunches(usual)
  await successiveHalving(contenders, { ...options, seconds: 0, kept: new Set(['h']) }, timer)
  const alive = timer.timed.filter(({ length }) => length > 1).map(order => order.toSorted().join(''))
  const six = (which: string) => Array<string>(6).fill(which)
  expect(alive).toEqual([...six('abcdefgh'), ...six('abcdh'), ...six('abch')])
})

test('a machine that becomes slower from round to round changes no place', async () => {
  const drifting = givenLaunches((id, elapsed) => usual(id) * (1 + elapsed / 500))
  const places = await successiveHalving(contenders, options, drifting)
  expect(places.map(({ id }) => id)).toEqual(ids)
})

test('every round has an order of its own, and a seed fixes them all', async () => {
  const orders = async (seed: number) => {
    const timer = givenLaunches(usual)
    await successiveHalving(contenders, { ...options, seed }, timer)
    return timer.timed.map(order => order.join(''))
  }
  const first = await orders(1)
  expect(new Set(first.slice(-6)).size).toBeGreaterThan(1)
  expect(await orders(1)).toEqual(first)
  expect(await orders(2)).not.toEqual(first)
})

test('launches are stopped if timing fails', async () => {
  const timer = givenLaunches(() => {
    throw new Error('the host is gone')
  })
  await expect(successiveHalving(contenders, options, timer)).rejects.toThrow('the host is gone')
  expect(timer.open()).toBe(0)
})
