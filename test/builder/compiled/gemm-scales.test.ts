import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parseTensorrtCache } from '../../../src/backends/tensorrt/calibration-cache.ts'
import { gemmScales } from '../../../src/builder/compiled/gemm-scales.ts'
import { floatActivations } from '../../../src/onnx/float-activations.ts'
import { indexGraph } from '../../../src/onnx/graph.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { missing, shared } from '../../support/shared.ts'

const recordings = shared('fixtures', 'tensorrt', 'recorded-10.6-h200', 'calibration')

// Caches that TensorRT 10.6 wrote itself.
describe.skipIf(missing(recordings, shared('models', 'resnet20_cifar10.onnx')))('against TensorRT', () => {
  test.each([
    ['resnet20_cifar10', 'minmax'],
    ['resnet20_cifar10', 'entropy2'],
    ['mobilenetv2_1.0_224', 'entropy2'],
    ['squeezenet1.1', 'entropy2'],
  ])('%s, %s: every tensor of its cache has a scale, and no other', async (name, method) => {
    const file = `${recordings}/${name}.${method}.cache`
    const { scales } = parseTensorrtCache(await readFile(file, 'utf8'), file)
    const model = await readModel(shared('models', `${name}.onnx`))
    const activations = floatActivations(indexGraph(model.graph!))
    const added = gemmScales(model, new Map(activations.map(tensor => [tensor, scales.get(tensor)!])))
    expect(new Set([...activations, ...added.keys()])).toEqual(new Set(scales.keys()))
    for (const [tensor, scale] of added) {
      // Its search for a threshold cuts a constant by at most the last bins; a bias has few values.
      expect(scale / scales.get(tensor)!).toBeGreaterThan(0.98)
      if (method === 'minmax') expect(scale / scales.get(tensor)!).toBeLessThan(1.02)
    }
  })
})
