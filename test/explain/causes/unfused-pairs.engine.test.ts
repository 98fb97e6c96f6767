import { unfusedPairs } from '../../../src/explain/causes/unfused-pairs.ts'
import { quantized, upsampling } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

testPlanted(unfusedPairs, {
  bad: () => quantized(upsampling(), 'everywhere'),
  good: () => quantized(upsampling(), 'onnxruntime'),
  names: 'no integer kernel for it: `up`',
  curable: true,
})
