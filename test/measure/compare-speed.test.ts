import { expect, test } from 'vitest'
import { defaultTarget } from '../../src/backends/resolve-target.ts'
import { compareSpeed } from '../../src/measure/compare-speed.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { givenLaunches } from '../support/given-launches.ts'

const options = { feeds: [], seed: 1, target: defaultTarget, seconds: 2 }
const fast = { id: 'fast', model: 'fast.onnx' }
const slow = { id: 'slow', model: 'slow.onnx' }

/** An inference of `fast` takes 2 ms and one of `slow` 3 ms, with some noise. */
function timer(drift = 0) {
  const random = seededRandom(2)
  return givenLaunches(
    (id, now) => (id === 'fast' ? 2 : 3) * (1 + 0.02 * random()) * (1 + (drift * now) / 1000),
  )
}

test('gives the fps of the first over the fps of the second, with an interval around it', async () => {
  const faster = await compareSpeed(fast, slow, options, timer())
  expect(faster.ratio).toBeCloseTo(1.5, 2)
  expect(faster.lower).toBeGreaterThan(1.45)
  expect(faster.lower).toBeLessThan(faster.ratio)
  expect(faster.upper).toBeGreaterThan(faster.ratio)
  expect(faster.upper).toBeLessThan(1.55)
  expect((await compareSpeed(slow, fast, options, timer())).ratio).toBeCloseTo(1 / 1.5, 2)
})

test('a machine that becomes slower all the time changes nothing', async () => {
  expect((await compareSpeed(fast, slow, options, timer(0.5))).ratio).toBeCloseTo(1.5, 2)
})

test('takes eight blocks at least, and more as far as there is time, but no more than thirty', async () => {
  const blocks = async (seconds: number) =>
    (await compareSpeed(fast, slow, { ...options, seconds }, timer())).blocks
  expect(await blocks(0.01)).toBe(8)
  expect(await blocks(2)).toBeGreaterThan(8)
  expect(await blocks(600)).toBe(30)
})

test('launches are stopped at the end, also if timing fails', async () => {
  const given = timer()
  await compareSpeed(fast, slow, options, given)
  expect(given.open()).toBe(0)
  const failing = givenLaunches((_, now) => {
    if (now > 500) throw new Error('the host is gone')
    return 2
  })
  await expect(compareSpeed(fast, slow, options, failing)).rejects.toThrow('the host is gone')
  expect(failing.open()).toBe(0)
})
