import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { floatBias } from '../../../src/explain/causes/float-bias.ts'
import { between, plainBias, quantized, relu } from '../onnxruntime/plant.ts'
import { profileModel } from '../onnxruntime/profile-model.ts'
import { testPlanted } from '../test-planted.ts'

const good = () => quantized(between(relu), 'onnxruntime')
const bad = () => plainBias(good(), 'first', 16)

/** By itself ONNX Runtime quantizes a float bias where everything else has a pair. */
const asWritten = resolveTarget({
  session: { config: { 'optimization.disable_specified_optimizers': 'WeightBiasQuantization' } },
})

testPlanted(floatBias, { bad, good, names: 'first', curable: true, target: asWritten })

test('with the settings of the runtime a float bias keeps no layer in float', async () => {
  const layers = (await profileModel(bad())).layers.filter(({ kind }) => kind === 'compute')
  expect(layers.map(({ op }) => op)).toEqual(['QLinearConv', 'QLinearConv'])
})
