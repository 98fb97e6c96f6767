import { signedActivation } from '../../../src/explain/causes/signed-activation.ts'
import { between, quantized, signedGrid, skip } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(signedActivation, {
  bad: () => signedGrid(quantized(between(...skip), 'onnxruntime'), 'c'),
  good: () => quantized(between(...skip), 'onnxruntime'),
  names: 'first',
  curable: true,
})
