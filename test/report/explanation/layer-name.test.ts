import { expect, test } from 'vitest'
import { layerName } from '../../../src/report/explanation/layer-name.ts'
import { layer } from '../../explain/profiles.ts'

test.each([
  [
    'Reformatting CopyNode for Input Tensor 1 to onnx::Conv_1_q8 + /a/b/Conv + /a/b/Add',
    'reformat of input 1 of /a/b/{Conv, Add}',
  ],
  ['fc.weight + QuantizeLinear_7 + Gemm_9', 'QuantizeLinear_7 + Gemm_9'],
  ['(Unnamed Layer* 32) [Shuffle]', '(Unnamed Layer* 32) [Shuffle]'],
])('the name %s', (name, label) => {
  expect(layerName(layer({ name }))).toBe(label)
})

test('a layer goes by its nodes, a conversion by its name', () => {
  expect(layerName(layer({ name: 'fused', nodes: 'Conv_1 Relu_2' }))).toBe('Conv_1 + Relu_2')
  expect(layerName(layer({ name: 'QuantizeLinear_3', nodes: 'x', kind: 'conversion' }))).toBe(
    'QuantizeLinear_3',
  )
})
