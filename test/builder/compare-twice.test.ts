import { expect, test } from 'vitest'
import { compareTwice, isSecondTaken, type Look } from '../../src/builder/compare-twice.ts'

const ratio = (ratio: number, lower: number, upper: number) => ({ ratio, lower, upper, blocks: 8 })

test.each([
  ['faster at the first look', [ratio(1.07, 1.03, 1.11)], true],
  ['slower at the first look', [ratio(0.93, 0.9, 0.97)], false],
  ['faster at the second look', [ratio(1.02, 0.9, 1.2), ratio(1.07, 1.05, 1.09)], true],
  ['faster at a second look that tells nothing', [ratio(0.99, 0.9, 1.2), ratio(1.07, 0.98, 1.16)], true],
  ['slower at a second look that tells nothing', [ratio(1.07, 0.9, 1.2), ratio(0.96, 0.9, 1.02)], false],
  ['as fast, as far as anybody can tell', [ratio(1.02, 0.9, 1.2), ratio(1.004, 0.98, 1.03)], false],
])('%s', async (_, looks, isTaken) => {
  const asked: Look[] = []
  const found = await compareTwice(async look => looks[asked.push(look) - 1]!, 24)
  expect(isSecondTaken(found)).toBe(isTaken)
  expect(asked).toEqual([{ seconds: 6 }, { seconds: 24, launches: 4 }].slice(0, looks.length))
})

test('a hurried build looks once', async () => {
  const found = await compareTwice(async () => ratio(1.07, 0.98, 1.16), 1)
  expect(isSecondTaken(found)).toBe(true)
})
