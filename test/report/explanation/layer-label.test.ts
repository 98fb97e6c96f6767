import { describe, expect, test } from 'vitest'
import { layerLabel } from '../../../src/report/explanation/layer-label.ts'

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
