import { floatBias } from '../../../src/explain/causes/float-bias.ts'
import { between, plainBias, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(floatBias, {
  bad: () => plainBias(quantized(between(relu), 'onnxruntime'), 'first', 16),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'first',
  curable: true,
})
