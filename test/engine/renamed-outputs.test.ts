import { expect, test } from 'vitest'
import { inNamesOf, renamedOutputs } from '../../src/engine/renamed-outputs.ts'
import type { TensorInfo } from '../../src/engine/tensor-info.ts'

const info = (name: string, shape: TensorInfo['shape'], type = 'float32'): TensorInfo => ({
  name,
  type,
  shape,
})
const reference = [info('boxes', ['batch', 100, 4]), info('scores', ['batch', 100])]

test('outputs with other names are joined by position where types and shapes are the same', () => {
  const tested = [info('output_0', [1, 100, 4]), info('output_1', ['N', 100])]
  const renamed = renamedOutputs(reference, tested)!
  expect([...renamed]).toEqual([
    ['output_0', 'boxes'],
    ['output_1', 'scores'],
  ])
  const tensor = { type: 'float32', shape: [1], data: Float32Array.of(1) }
  expect([...inNamesOf(renamed, new Map([['output_1', tensor]])).keys()]).toEqual(['scores'])
})

test('what is called the same needs no position, nor do outputs that only one has', () => {
  const more = [info('extra', [1]), ...reference.toReversed()]
  expect(renamedOutputs(reference, more)).toEqual(new Map())
})

test.each([
  ['fewer', [info('output_0', [1, 100, 4])]],
  ['another rank', [info('output_0', [1, 400]), info('output_1', [1, 100])]],
  ['another size', [info('output_0', [1, 50, 4]), info('output_1', [1, 100])]],
  ['another type', [info('output_0', [1, 100, 4]), info('output_1', [1, 100], 'int64')]],
  ['one of them in another place', [info('scores', [1, 100, 4]), info('output_1', [1, 100])]],
])('they are not joined: %s', (_, tested) => {
  expect(renamedOutputs(reference, tested)).toBeUndefined()
})
