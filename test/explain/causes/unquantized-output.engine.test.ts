import { unquantizedOutput } from '../../../src/explain/causes/unquantized-output.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(unquantizedOutput, {
  bad: () => quantized(between(relu), 'tensorrt'),
  good: () => quantized(between(relu), 'onnxruntime'),
  names: 'last',
  curable: true,
})
