import { unquantizedActivation } from '../../../src/explain/causes/unquantized-activation.ts'
import { between, quantized, swish } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(unquantizedActivation, {
  bad: () => quantized(between(...swish), 'tensorrt'),
  good: () => quantized(between(...swish), 'onnxruntime'),
  names: 'Sigmoid',
  curable: true,
})
