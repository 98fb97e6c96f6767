import { expect, test } from 'vitest'
import { type AnotherTime, inTurns, leastMillisecondsBetween } from '../../src/contract/in-turns.ts'

/** Tasks of 3 s on a clock that only they and pauses move; those whose name says so ask for another time. */
function tasks(names: readonly string[]) {
  let now = 0
  const said: string[] = []
  const clock = {
    now: () => now,
    pause: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      now += milliseconds
    },
  }
  let running = 0
  const work = async (what: string) => {
    expect(++running).toBe(1)
    await new Promise(setImmediate)
    now += 3000
    running--
    said.push(`${now / 1000} s ${what}`)
  }
  const all = names.map(name => async (anotherTime: AnotherTime) => {
    await work(name)
    for (const visit of name.match(/again/g) ?? []) {
      await anotherTime()
      await work(visit)
    }
    return name
  })
  return { all, said, clock }
}

test('a clause that is visited again lets all others go first', async () => {
  const { all, said, clock } = tasks(['a again', 'b', 'c', 'd', 'e'])
  expect(await inTurns(all, { clock })).toEqual(['a again', 'b', 'c', 'd', 'e'])
  expect(said).toEqual(['3 s a again', '6 s b', '9 s c', '12 s d', '15 s e', '18 s again'])
})

test('where there is nothing else to do some time passes', async () => {
  const { all, said, clock } = tasks(['a', 'b again', 'c again again'])
  expect(await inTurns(all, { clock })).toHaveLength(3)
  const wait = leastMillisecondsBetween / 1000
  expect(said).toEqual([
    '3 s a',
    '6 s b again',
    '9 s c again again',
    `${6 + wait + 3} s again`,
    `${6 + wait + 6} s again`,
    `${6 + wait + 6 + wait + 3} s again`,
  ])
})

test('an error, and the end of the run while it waits, end it', async () => {
  const broken = async (anotherTime: AnotherTime) => {
    await anotherTime()
    throw new Error('broken')
  }
  const { all, clock } = tasks(['a'])
  await expect(
    inTurns([broken, ...all.map(task => async () => void (await task(async () => {})))], { clock }),
  ).rejects.toThrow('broken')
  const controller = new AbortController()
  const { all: waits, clock: same } = tasks(['a again'])
  const run = inTurns(waits, { clock: same, signal: controller.signal })
  controller.abort(new Error('interrupted'))
  await expect(run).rejects.toThrow('interrupted')
})
