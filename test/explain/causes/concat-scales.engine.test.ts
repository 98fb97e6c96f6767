import { concatScales } from '../../../src/explain/causes/concat-scales.ts'
import { branches, otherScale, quantized } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(concatScales, {
  bad: () => otherScale(quantized(branches(), 'onnxruntime'), 'l'),
  good: () => quantized(branches(), 'onnxruntime'),
  names: 'concat',
  curable: true,
})
