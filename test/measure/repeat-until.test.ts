import { expect, test } from 'vitest'
import { type RepeatOptions, repeatUntil } from '../../src/measure/repeat-until.ts'

/** How many measurements of a second each are made, on a clock that shows nothing else. */
async function count(options: Omit<RepeatOptions, 'now'>): Promise<number> {
  let milliseconds = 123_456
  const measure = async (index: number) => {
    milliseconds += 1000
    return index
  }
  const measured = await repeatUntil(measure, { ...options, now: () => milliseconds })
  expect(measured).toEqual([...measured.keys()])
  return measured.length
}

test('as many as there is time for; the last one begins before time is up', async () => {
  expect(await count({ seconds: 5 })).toBe(5)
  expect(await count({ seconds: 4.5 })).toBe(5)
  expect(await count({ seconds: 0 })).toBe(0)
})

test('the least whatever the time, and never more than the most', async () => {
  expect(await count({ least: 8, seconds: 5 })).toBe(8)
  expect(await count({ least: 8, most: 30, seconds: 12 })).toBe(12)
  expect(await count({ most: 30, seconds: 1000 })).toBe(30)
})

test('what is decided ends, also before the least', async () => {
  let asked = 0
  expect(await count({ least: 8, seconds: 5, isDecided: () => asked++ === 3 })).toBe(3)
  expect(await count({ least: 8, seconds: 5, isDecided: () => true })).toBe(0)
})

test('aborting ends it with the reason before the next one', async () => {
  const abort = new AbortController()
  let measured = 0
  const run = repeatUntil(
    async () => {
      if (++measured === 3) abort.abort(new Error('Ctrl-C'))
    },
    { seconds: 1000, signal: abort.signal },
  )
  await expect(run).rejects.toThrow('Ctrl-C')
  expect(measured).toBe(3)
})
