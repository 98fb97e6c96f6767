import { runtimeWeights } from '../../../src/explain/causes/runtime-weights.ts'
import { between, quantized, swish } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(runtimeWeights, {
  bad: () => quantized(between(...swish), 'tensorrt'),
  good: () => quantized(between(...swish), 'onnxruntime'),
  names: 'first',
  curable: true,
})
