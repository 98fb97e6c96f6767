import { expect, test } from 'vitest'
import { floatResidualAdd } from '../../../src/explain/causes/float-residual-add.ts'
import { found } from '../found.ts'
import { between, quantized, skip, withoutPairs } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const add = { name: 'conv+add', nodes: '/Conv /Add', inputs: 'x:int8 skip:half', outputs: 'y:half', us: 12 }
const quantize = { name: 'Q', kind: 'conversion', inputs: 'y:half', outputs: 'q:int8', us: 5 } as const
const next = { name: 'next', nodes: '/Next', inputs: 'q:int8', outputs: 'z:int8' }
const fused = [{ ...add, inputs: 'x:int8 skip:int8', outputs: 'q:int8', us: 10 }, next] as const

test('an addition with a skip input in half: it, and what has to quantize after it', () => {
  expect(found(floatResidualAdd, [add, quantize, next], fused)).toMatchObject({
    microseconds: 7,
    layers: ['conv+add', 'Q'],
    sentence: expect.stringMatching(/^1 residual addition is not in INT8, .* stands on `skip`$/),
    remedyId: 'quantize-skip-inputs',
  })
})

test('names the tensor as the model does', () => {
  const reformat = {
    name: 'reformat',
    kind: 'conversion',
    inputs: 'pad:half',
    outputs: 'Reformatted Input Tensor 1 to conv+add:half|',
  } as const
  const reformatted = { ...add, inputs: `x:int8|${reformat.outputs}` }
  expect(found(floatResidualAdd, [reformat, reformatted, quantize, next], fused)!.sentence).toMatch(/`pad`$/)
})

test('an addition of its own, between conversions', () => {
  const own = { ...add, nodes: '/Add', inputs: 'x:float skip:float' }
  expect(found(floatResidualAdd, [own, quantize, next], [{ ...own, us: 10 }, next])).toMatchObject({
    microseconds: 7,
  })
})

test('nothing where both inputs are INT8 or were, where all is float, or where no Q/DQ node says anything', () => {
  const dearer = fused.map(layer => ({ ...layer, us: 20 }))
  expect(found(floatResidualAdd, dearer, fused)).toBeUndefined()
  const clone = { name: 'clone', kind: 'conversion', inputs: 's:int8', outputs: 'skip:half', us: 1 } as const
  expect(found(floatResidualAdd, [clone, add, quantize, next], fused)).toBeUndefined()
  const float = { ...add, inputs: 'x:half skip:half' }
  expect(found(floatResidualAdd, [float], [{ ...float, us: 1 }])).toBeUndefined()
  expect(found(floatResidualAdd, [add, quantize, next], fused, { quantization: 'implicit' })).toBeUndefined()
})

testPlanted(floatResidualAdd, {
  bad: () => withoutPairs(quantized(between(...skip), 'onnxruntime'), 'r'),
  good: () => quantized(between(...skip), 'onnxruntime'),
  names: '`r`',
  curable: true,
})
