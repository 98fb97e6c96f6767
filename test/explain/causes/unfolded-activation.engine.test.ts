import { unfoldedActivation } from '../../../src/explain/causes/unfolded-activation.ts'
import { between, quantized, relu, wideGrid } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(unfoldedActivation, {
  bad: () => wideGrid(quantized(between(relu), 'onnxruntime'), 'm'),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'first',
  curable: true,
})
