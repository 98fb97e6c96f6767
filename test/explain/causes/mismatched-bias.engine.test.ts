import { mismatchedBias } from '../../../src/explain/causes/mismatched-bias.ts'
import { between, quantized, relu, wrongBias } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(mismatchedBias, {
  bad: () => wrongBias(quantized(between(relu), 'onnxruntime'), 'first'),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'first',
  curable: true,
})
