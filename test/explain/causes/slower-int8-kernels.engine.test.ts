import { expect, test } from 'vitest'
import { isInt8 } from '../../../src/engine/engine-profile.ts'
import { slowerInt8Kernels } from '../../../src/explain/causes/slower-int8-kernels.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { takePairsOff } from '../../../src/quantize/rewrites/take-pairs-off.ts'
import { found } from '../found.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const conv = { name: 'conv', nodes: '/Conv', inputs: 'x:int8', outputs: 'y:int8', us: 20 }
const float = { ...conv, inputs: 'x:half', us: 12 }

test('an INT8 kernel that is slower than the float kernel of the other engine', () => {
  expect(found(slowerInt8Kernels, [conv], [float])).toMatchObject({
    microseconds: 8,
    layers: ['conv'],
    sentence: 'the INT8 kernel of 1 layer takes longer than the float kernel of other',
    remedyId: 'leave-in-float',
  })
})

test('a kernel that has to write float is slow for another reason', () => {
  const next = { name: 'next', nodes: '/Next', inputs: 'y:half', outputs: 'z:half' }
  const writesHalf = { ...conv, outputs: 'y:half' }
  expect(found(slowerInt8Kernels, [writesHalf, next], [float, next])).toBeUndefined()
})

test('nothing where it is faster, or the other is INT8 too', () => {
  expect(found(slowerInt8Kernels, [{ ...conv, us: 11 }], [float])).toBeUndefined()
  expect(found(slowerInt8Kernels, [conv], [{ ...conv, us: 12 }])).toBeUndefined()
})

testPlanted(slowerInt8Kernels, {
  bad: () => quantized(between(relu), 'onnxruntime'),
  good: () => takePairsOff(quantized(between(relu), 'onnxruntime'), new Set(['first', 'last']))!,
  beside: model => removeQdq(model).model,
  names: '2 layers',
  timeOf: ({ inputs }) => (inputs.some(isInt8) ? 2 : 1),
  curable: true,
})
