import { expect, test } from 'vitest'
import { separateActivation } from '../../../src/explain/causes/separate-activation.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { found } from '../found.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const conv = { name: 'conv', nodes: 'Conv_1', inputs: 'x:int8', outputs: 'y:half' }
const swish = {
  name: 'PWN(Sigmoid_2, Mul_3)',
  nodes: 'Sigmoid_2 Mul_3',
  inputs: 'y:half',
  outputs: 'z:half',
  us: 8,
}
const fused = { ...conv, name: 'fused', nodes: 'Conv_1 Sigmoid_2 Mul_3', us: 12 }

test('a Swish that the other engine has inside its convolution', () => {
  expect(found(separateActivation, [conv, swish], [fused])).toMatchObject({
    layers: ['PWN(Sigmoid_2, Mul_3)'],
    sentence: '1 activation runs apart from the layer before',
  })
})

test('nothing where it is apart in both', () => {
  expect(found(separateActivation, [conv, swish], [conv, { ...swish, us: 1 }])).toBeUndefined()
})

testPlanted(separateActivation, {
  bad: () => quantized(between(relu), 'everywhere'),
  good: () => quantized(between(relu), 'onnxruntime'),
  beside: model => removeQdq(model).model,
  names: '1 activation',
})
