import { floatIslands } from '../../../src/explain/causes/float-islands.ts'
import { between, quantized, tanh } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(floatIslands, {
  bad: () => quantized(between(tanh), 'onnxruntime'),
  good: () => between(tanh),
  names: 'tanh',
})
