import { expect, test } from 'vitest'
import { oneAtATime } from '../../src/vitest/one-at-a-time.ts'

test('tasks run one after the other, also after one that fails', async () => {
  const events: string[] = []
  const task = (name: string, fails = false) =>
    oneAtATime(async () => {
      events.push(`${name} starts`)
      await new Promise(resolve => setTimeout(resolve, 5))
      events.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const results = await Promise.allSettled([task('a'), task('b', true), task('c')])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
})
