import { expect, test } from 'vitest'
import { mostThatHolds } from '../../../src/builder/guard/most-that-holds.ts'
import { unitLosses } from '../../../src/builder/guard/unit-losses.ts'

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
