import { floatKernels } from '../../../src/explain/causes/float-kernels.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(floatKernels, {
  bad: () => quantized(between(relu), 'tensorrt'),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'first',
})
