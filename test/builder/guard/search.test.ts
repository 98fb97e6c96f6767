import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mostThatHolds } from '../../../src/builder/guard/most-that-holds.ts'
import type { OutputGuard } from '../../../src/builder/guard/output-guard.ts'
import { returnLayers } from '../../../src/builder/guard/return-layers.ts'
import { unitLosses } from '../../../src/builder/guard/unit-losses.ts'
import { timeLimit } from '../../../src/builder/time-limit.ts'

const always = () => true

/** Losses that add up, and what was asked. */
function additive(losses: readonly number[]) {
  const asked: (readonly number[])[] = []
  return {
    asked,
    lossesOf: async (groups: readonly (readonly number[])[]) => {
      asked.push(...groups)
      return groups.map(group => group.reduce((sum, unit) => sum + losses[unit]!, 0))
    },
  }
}

test('two bad layers among five hundred are found with a few dozen engines', async () => {
  const losses = Array.from({ length: 500 }, () => 1e-7)
  losses[123] = 0.4
  losses[400] = 0.1
  const { asked, lossesOf } = additive(losses)
  const found = await unitLosses(losses.length, { lossesOf, allowed: 0.03, isTime: always })
  expect(asked.length).toBeLessThan(45)
  expect([found[123], found[400]]).toEqual([0.4, 0.1])
  expect(Math.max(...found.filter((_, unit) => unit !== 123 && unit !== 400))).toBeLessThan(1e-5)
})

test('without time units share the loss of their group', async () => {
  const { asked, lossesOf } = additive(Array.from({ length: 16 }, (_, unit) => unit))
  let looks = 1
  const found = await unitLosses(16, { lossesOf, allowed: 0.03, isTime: () => looks-- > 0 })
  expect(asked).toHaveLength(8)
  expect(found.slice(0, 4)).toEqual([0.5, 0.5, 2.5, 2.5])
})

test('without any time nothing is measured', async () => {
  const { asked, lossesOf } = additive([1, 2])
  expect(await unitLosses(2, { lossesOf, allowed: 0.03, isTime: () => false })).toEqual([0, 0])
  expect(asked).toEqual([])
})

test('no units have no losses', async () => {
  expect(await unitLosses(0, { ...additive([]), allowed: 0.03, isTime: always })).toEqual([])
})

test('as many of the most wanted stay as hold', async () => {
  const losses = [0.001, 0.002, 0.01, 0.02, 0.5]
  const holds = async (units: readonly number[]) =>
    units.reduce((sum, unit) => sum + losses[unit]!, 0) <= 0.0316
  expect(await mostThatHolds([0, 1, 2, 3, 4], holds, always)).toEqual([0, 1, 2])
  expect(await mostThatHolds([4, 3, 2, 1, 0], holds, always)).toEqual([3, 2, 0])
})

test('a layer that harms only beside another one goes back alone', async () => {
  const holds = async (units: readonly number[]) => !(units.includes(3) && units.includes(7))
  const all = [...Array(12).keys()]
  expect(await mostThatHolds(all, holds, always)).toEqual(all.filter(unit => unit !== 7))
})

test('what was not reached when time is over does not stay', async () => {
  const holds = async (units: readonly number[]) => !(units.includes(2) || units.includes(5))
  const within = (looks: number) => mostThatHolds([...Array(8).keys()], holds, () => looks-- > 0)
  expect(await within(2)).toEqual([])
  expect(await within(3)).toEqual([0, 1])
  expect(await within(100)).toEqual([0, 1, 3, 4, 6, 7])
})

test('nothing stays if nothing holds', async () => {
  expect(await mostThatHolds([0, 1, 2], async () => false, always)).toEqual([])
})

/** A search over layers that add up, in seconds that are counted, not waited for. */
async function searchThrough(
  losses: readonly number[],
  noise: readonly number[],
  { secondsEach, seconds }: { secondsEach: number; seconds: number },
) {
  const folder = await mkdtemp(join(tmpdir(), 'search-'))
  let now = 0
  const inInt8 = new Map<string, ReadonlySet<string>>()
  const lossOf = (model: string) => {
    now += 1000 * secondsEach
    return [...inInt8.get(model)!].reduce((sum, name) => sum + losses[Number(name)]!, 0)
  }
  const guard: OutputGuard = {
    secondsPerLoss: secondsEach,
    lossesOf: async models => models.map(lossOf),
    errorsWithin: async (model, bound, spare) =>
      lossOf(model) <= 10 ** (-(bound + spare) / 10)
        ? { samples: 1, heldBack: true, outputs: [] }
        : undefined,
    errorsOf: () => Promise.reject(new Error('not asked for')),
  }
  const found = await returnLayers({
    units: losses.map((_, unit) => [String(unit)]),
    bound: 15,
    guard,
    noise: async () => new Map(noise.map((share, unit) => [String(unit), share])),
    write: async int8 => {
      const model = join(folder, String(inInt8.size))
      inInt8.set(model, int8)
      return model
    },
    time: timeLimit(seconds, () => now),
    onProgress: () => undefined,
  })
  const loss = found.kept.reduce((sum, unit) => sum + losses[unit]!, 0)
  return { ...found, loss, engines: inInt8.size, left: seconds - now / 1000 }
}

const count = 128
const noise = Array.from({ length: count }, (_, unit) => 1e-4 * (1 + ((unit * 37) % count)))
/** What layers do is not quite what rounding does to their tensors. */
const losses = noise.map((share, unit) => (share / 10) * (unit % 3 === 0 ? 2 : 1))

test('a model too slow to try its layers gets the quietest of them in a few engines', async () => {
  const { kept, loss, engines, isCutShort } = await searchThrough(losses, noise, {
    secondsEach: 8,
    seconds: 120,
  })
  expect(engines).toBeLessThan(15)
  expect(loss).toBeLessThanOrEqual(10 ** -1.6)
  expect(kept.length).toBeGreaterThan(55)
  expect(isCutShort).toBe(true)
})

test('what time allows holds, however little that is', async () => {
  for (const seconds of [1, 15, 30, 45, 60, 90]) {
    const { kept, loss, left, engines } = await searchThrough(losses, noise, { secondsEach: 5, seconds })
    expect(loss, `${seconds} s`).toBeLessThanOrEqual(10 ** -1.6)
    // Six engines are tried in any case.
    if (engines > 6) expect(left, `${seconds} s`).toBeGreaterThan(0)
    expect(kept.length, `${seconds} s`).toBeGreaterThan(40)
  }
})

test('a fast model gets what was measured, where that keeps more', async () => {
  // Rounding says nothing of the one layer that does the damage.
  const one = losses.map((loss, unit) => (unit === 5 ? 1 : loss / 50))
  const { kept } = await searchThrough(one, noise, { secondsEach: 0.01, seconds: 120 })
  expect(kept).toHaveLength(count - 1)
  expect(kept).not.toContain(5)
})
