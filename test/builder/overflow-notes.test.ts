import { expect, test } from 'vitest'
import type { Overflow } from '../../src/builder/overflow/overflow.ts'
import { overflowNotes, untouchedNotes } from '../../src/builder/overflow/overflow-notes.ts'

const layer = (node: string, share: number, narrowable = true): Overflow => ({
  node,
  share,
  worst: 3,
  channels: [0, 1],
  ofChannels: 16,
  narrowable,
})
const four = [layer('a', 0.001), layer('b', 0.029), layer('c', 0.01), layer('d', 0.02)]
const limits = new Map(
  four.map(({ node }, i) => [
    node,
    new Map([
      [0, 90],
      [1, i === 2 ? 64 : 90],
    ]),
  ]),
)
const checked = { model: undefined as never, reduced: [], remaining: [], limits }

test('a few layers have a sentence each', () => {
  expect(
    overflowNotes({ ...checked, reduced: four.slice(1, 3), remaining: [layer('e', 0.5, false)] }),
  ).toEqual([
    'layer `b` overflows on this CPU in 2.9% of its outputs: the weights of 2 of its 16 output channels go up to 90 instead of 127',
    'layer `c` overflows on this CPU in 1.0% of its outputs: the weights of 2 of its 16 output channels go up to 64 to 90 instead of 127',
    'layer `e` differs from float arithmetic in 50% of its outputs, and its weights cannot be narrowed: they are no constants in symmetric INT8',
  ])
})

test('many are summed up, the worst first', () => {
  const named = '`b` (2.9% of its outputs), `d` (2.0% of its outputs), `c` (1.0% of its outputs) and 1 more'
  expect(overflowNotes({ ...checked, reduced: four, remaining: four })).toEqual([
    `4 layers overflow on this CPU, ${named}: the weights of 8 of their 64 output channels go up to 64 to 90 instead of 127`,
    `4 layers differ from float arithmetic, ${named}, also with 7-bit weights`,
  ])
  expect(untouchedNotes(four)).toEqual([
    `4 layers overflow on this CPU, ${named}; as an explicit variant they would get narrower weights`,
  ])
  expect(untouchedNotes(four.slice(0, 1))).toEqual([
    'layer `a` overflows on this CPU in 0.10% of its outputs; as an explicit variant it would get narrower weights',
  ])
})
