import { describe, expect, test } from 'vitest'
import { labelOf, layerLabel, layerName } from '../../src/report/layer-label.ts'
import { layer } from '../explain/profiles.ts'

describe('nodes', () => {
  test.each([
    [['/layer2/conv2/Conv', '/layer2/Add', '/layer2/Relu_1'], '/layer2/{conv2/Conv, Add, Relu_1}'],
    [['/conv1/Conv', '/Relu'], '/conv1/Conv + /Relu'],
    [['Conv_5', 'Add_6'], 'Conv_5 + Add_6'],
    [['/layer2/conv2/Conv'], '/layer2/conv2/Conv'],
  ])('%j', (names, label) => {
    expect(layerLabel(names)).toBe(label)
  })

  test('what is too long loses its middle', () => {
    expect(layerLabel(['abcdefghij'], 7)).toBe('abc…hij')
    expect(layerLabel(['abcdefg'], 7)).toBe('abcdefg')
  })
})

test.each([
  [
    'Reformatting CopyNode for Input Tensor 1 to onnx::Conv_1_q8 + /a/b/Conv + /a/b/Add',
    'reformat of input 1 of /a/b/{Conv, Add}',
  ],
  ['fc.weight + QuantizeLinear_7 + Gemm_9', 'QuantizeLinear_7 + Gemm_9'],
  ['(Unnamed Layer* 32) [Shuffle]', '(Unnamed Layer* 32) [Shuffle]'],
])('the name %s', (name, label) => {
  expect(layerName(name)).toBe(label)
})

test('a layer goes by its nodes, a conversion by its name', () => {
  expect(labelOf(layer({ name: 'fused', nodes: 'Conv_1 Relu_2' }))).toBe('Conv_1 + Relu_2')
  expect(labelOf(layer({ name: 'QuantizeLinear_3', nodes: 'x', kind: 'conversion' }))).toBe(
    'QuantizeLinear_3',
  )
})
