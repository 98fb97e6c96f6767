import { isInt8, type ProfiledLayer } from '../../../src/engine/engine-profile.ts'
import { narrowInt8Layers } from '../../../src/explain/causes/narrow-int8-layers.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { takePairsOff } from '../../../src/quantize/rewrites/take-pairs-off.ts'
import { between, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const complete = () => quantized(between(relu), 'onnxruntime')
/** As if INT8 took twice as long in every layer: of two convolutions, one has few channels. */
const timeOf = ({ inputs }: ProfiledLayer) => (inputs.some(isInt8) ? 2 : 1)

testPlanted(narrowInt8Layers, {
  bad: complete,
  good: () => takePairsOff(complete(), new Set(['first']))!,
  beside: model => removeQdq(model).model,
  names: '1 convolution that is depthwise or has few channels takes longer in INT8 than in float: `first`',
  timeOf,
  curable: true,
})
