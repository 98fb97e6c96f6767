import { expect, test } from 'vitest'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { accuracyByLayer } from '../../../src/explain/onnxruntime/accuracy-by-layer.ts'
import { nameNodes } from '../../../src/quantize/name-nodes.ts'
import { requantize } from '../../../src/quantize/rewrites/requantize.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { between, quantized, relu } from './plant.ts'

test('the layer whose input is quantized most coarsely has the least signal to noise', async () => {
  const good = quantized(between(relu), 'onnxruntime')
  const coarse = requantize(good, new Map([['m', { type: 'uint8', scale: 2, zeroPoint: 0 }]]))
  const scored: string[] = []
  const layersOf = async (model: typeof good) =>
    accuracyByLayer(nameNodes(model), {
      feeds: [randomFeed('x', [1, 4, 8, 8])],
      target: defaultTarget,
      directory: await temporaryDirectory(),
      accuracyOf: async ({ id }) => {
        scored.push(id)
        return id === 'last' ? 0.9 : 0.5
      },
    })
  const [layers, fine] = [await layersOf(coarse), await layersOf(good)]
  expect(layers.map(({ node }) => node)).toEqual(['last', 'first'])
  expect(scored.toSorted()).toEqual(['first', 'first', 'last', 'last'])
  const noise = (of: typeof layers, node: string) => of.find(each => each.node === node)!.signalToNoise!
  expect(noise(layers, 'last')).toBeLessThan(noise(fine, 'last') - 2)
  expect(noise(layers, 'first')).toBeCloseTo(noise(fine, 'first'), 0)
})
