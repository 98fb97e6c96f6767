import { expect, test } from 'vitest'
import { unquantizedSum } from '../../../src/explain/causes/unquantized-sum.ts'
import { found } from '../found.ts'
import { between, quantized, skip, withoutPairs } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const clone = { name: 'DQ', kind: 'conversion', inputs: 's:int8', outputs: 'skip:float', us: 6 } as const
const add = { name: 'conv+add', nodes: '/Conv /Add', inputs: 'x:int8 skip:float', outputs: 'y:float', us: 60 }
const pool = { name: 'pool', nodes: '/GlobalAveragePool', inputs: 'y:float', outputs: 'z:float' }
const fused = [
  { ...add, inputs: 'x:int8 s:int8', outputs: 'q:int8', us: 20 },
  { ...pool, inputs: 'q:int8' },
] as const

test('an addition of quantized inputs that an average pool reads in float', () => {
  expect(found(unquantizedSum, [clone, add, pool], fused)).toMatchObject({
    microseconds: 46,
    layers: ['conv+add', 'DQ'],
    sentence: expect.stringMatching(
      /^1 residual addition has quantized inputs .* read by `\/GlobalAveragePool`$/,
    ),
    remedyId: 'quantize-average-pools',
  })
})

test('that something else reads: no remedy that could be tried', () => {
  const slice = { ...pool, nodes: '/Slice' }
  expect(
    found(unquantizedSum, [clone, add, slice], [fused[0], { ...slice, inputs: 'q:int8' }]),
  ).not.toHaveProperty('remedyId')
})

test('nothing where the skip input was never quantized', () => {
  expect(found(unquantizedSum, [add, pool], fused)).toBeUndefined()
})

testPlanted(unquantizedSum, {
  bad: () => withoutPairs(quantized(between(...skip), 'onnxruntime'), 'm'),
  good: () => quantized(between(...skip), 'onnxruntime'),
  names: '`last`',
})
