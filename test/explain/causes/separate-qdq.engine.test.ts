import { expect, test } from 'vitest'
import { separateQdq } from '../../../src/explain/causes/separate-qdq.ts'
import { found } from '../found.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const conv = { name: 'conv', nodes: '/Conv', inputs: 'q:int8', outputs: 'y:int8' }
const quantize = {
  name: 'Q',
  kind: 'conversion',
  nodes: 'x_Q',
  inputs: 'x:half',
  outputs: 'q:int8',
  us: 5,
} as const

test('a Q node that is a layer', () => {
  expect(found(separateQdq, [quantize, conv], [conv])).toMatchObject({
    microseconds: 5,
    layers: ['Q'],
    sentence: '1 Q or DQ node is a layer of its own, fused into no kernel',
  })
})

test('a conversion that stands for no node is none', () => {
  expect(found(separateQdq, [{ ...quantize, nodes: '' }, conv], [conv])).toBeUndefined()
})

testPlanted(separateQdq, {
  bad: () => quantized(between(relu), 'everywhere'),
  good: () => between(relu),
  names: '4 Q or DQ nodes',
})
