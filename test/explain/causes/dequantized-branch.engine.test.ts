import { expect, test } from 'vitest'
import { dequantizedBranch } from '../../../src/explain/causes/dequantized-branch.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { found } from '../found.ts'
import { between, quantized, relu, skip } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const main = { name: 'conv', nodes: '/Conv', inputs: 'x:int8', outputs: 'y:int8' }
const clone = {
  name: 'DQ_clone_1',
  kind: 'conversion',
  nodes: 'x_DQ',
  inputs: 'x:int8',
  outputs: 'f:half',
  us: 6,
} as const
const slice = { name: '/Slice', nodes: '/Slice', inputs: 'f:half', outputs: 's:half' }
const first = { name: 'first', nodes: '/First', inputs: 'input:int8', outputs: 'x:int8' }

test('a tensor that one layer reads in INT8 and that is dequantized for another', () => {
  expect(found(dequantizedBranch, [first, main, clone, slice], [first, main, slice])).toMatchObject({
    microseconds: 6,
    layers: ['DQ_clone_1'],
    sentence: expect.stringMatching(/^1 tensor .* is dequantized once more .* to `\/Slice`$/),
  })
})

test('nothing where nobody else reads it', () => {
  expect(found(dequantizedBranch, [first, clone, slice], [first, slice])).toBeUndefined()
})

testPlanted(dequantizedBranch, {
  bad: () => quantized(between(...skip), 'onnxruntime'),
  good: () => quantized(between(relu), 'onnxruntime'),
  beside: model => removeQdq(model).model,
  names: '`relu`',
})
