import { expect, test } from 'vitest'
import { int8InputFloatOutput } from '../../../src/explain/causes/int8-input-float-output.ts'
import { found } from '../found.ts'
import { products, quantized, relu, tanh } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const conv = { name: 'conv', nodes: '/Conv', inputs: 'x:int8', outputs: 'y:half' }
const quantize = { name: 'Q', kind: 'conversion', inputs: 'y:half', outputs: 'q:int8', us: 5 } as const
const next = { name: 'next', nodes: '/Next', inputs: 'q:int8', outputs: 'z:int8' }
const good = [{ ...conv, outputs: 'q:int8' }, next] as const

test('a convolution that reads INT8 and writes half, with the Q after it', () => {
  expect(found(int8InputFloatOutput, [conv, quantize, next], good)).toMatchObject({
    microseconds: 5,
    layers: ['conv', 'Q'],
    sentence: '1 layer with weights computes in INT8 but writes float',
  })
})

test('not the last one, whose output is that of the model', () => {
  const dequantize = {
    name: 'DQ',
    kind: 'conversion',
    inputs: 'y:half',
    outputs: 'output:float',
    us: 5,
  } as const
  expect(found(int8InputFloatOutput, [conv, dequantize], [conv])).toBeUndefined()
})

testPlanted(int8InputFloatOutput, {
  bad: () => quantized(products(tanh), 'onnxruntime'),
  good: () => quantized(products(relu), 'onnxruntime'),
  names: '1 layer',
})
