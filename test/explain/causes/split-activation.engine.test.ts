import { splitActivation } from '../../../src/explain/causes/split-activation.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(splitActivation, {
  bad: () => quantized(between(relu), 'everywhere'),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'first',
  curable: true,
})
