import { expect, test } from 'vitest'
import { turnLength } from '../../../src/builder/tuner/turn-length.ts'

const lengthOf = async (...given: readonly (readonly number[])[]) => {
  const left = [...given]
  const length = await turnLength(async () => left.shift()!)
  return { length, left: left.length }
}

test.each<[string, readonly (readonly number[])[], { length: number; left: number }]>([
  // In a build of kwt1 within 20 s, single inferences behind another engine had all INT8 at 7.2 ms and float at 1.7.
  [
    'the first inference of all does not say how long they are',
    [
      [80, 60],
      [2, 1],
    ],
    { length: 20, left: 0 },
  ],
  [
    'as many as fit into 50 ms',
    [
      [30, 30],
      [12, 8],
    ],
    { length: 4, left: 0 },
  ],
  [
    'one where they are long',
    [
      [400, 300],
      [200, 100],
    ],
    { length: 1, left: 0 },
  ],
  [
    'where the first is very long, there is no second',
    [
      [4000, 3000],
      [1, 1],
    ],
    { length: 1, left: 1 },
  ],
])('%s', async (_, times, expected) => {
  expect(await lengthOf(...times)).toEqual(expected)
})
