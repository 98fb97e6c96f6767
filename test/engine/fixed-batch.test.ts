import { expect, test } from 'vitest'
import { fixedBatch } from '../../src/engine/fixed-batch.ts'

const inputs = (...shapes: (number | string)[][]) =>
  shapes.map((shape, i) => ({ name: `x${i}`, type: 'float32', shape }))

test.each([
  ['a free batch', inputs(['n', 3]), undefined],
  ['a fixed batch', inputs([8, 3]), 8],
  ['the same batch for all', inputs([8, 3], [8]), 8],
  ['a batch of one', inputs([1, 3], [1, 128]), 1],
  ['a state beside samples', inputs([1, 16], [2, 1, 64]), undefined],
  ['several batches', inputs([4, 16], [8, 16]), undefined],
  ['a scalar beside a fixed batch', inputs([8, 3], []), 8],
  ['only a scalar', inputs([]), undefined],
  ['a fixed axis beside a free batch', inputs(['n', 3], [4]), undefined],
])('%s', (_, of, batch) => {
  expect(fixedBatch(of)).toBe(batch)
})

test('data says what a fixed axis beside a free batch is', () => {
  const rows = new Map([
    ['x0', { shape: [16, 3] }],
    ['x1', { shape: [16, 5] }],
  ])
  const whole = new Map([
    ['x0', { shape: [16, 3] }],
    ['x1', { shape: [16, 4, 5] }],
  ])
  expect(fixedBatch(inputs(['n', 3], [4, 5]), rows)).toBe(4)
  expect(fixedBatch(inputs(['n', 3], [4, 5]), whole)).toBeUndefined()
})
