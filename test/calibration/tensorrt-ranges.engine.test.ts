import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { collectHistograms } from '../../src/calibration/calibrate.ts'
import { methods } from '../../src/calibration/methods.ts'
import { tensorrtScales } from '../../src/calibration/write-tensorrt-cache.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { missing, shared } from '../support/shared.ts'

const model = shared('models/resnet20_cifar10.onnx')
const pixels = shared('models/eval/cifar10/raw100_u8_nhwc.bin')
const recorded = (name: string) =>
  shared(`fixtures/tensorrt/recorded-10.6-h200/calibration/resnet20_cifar10.${name}.cache`)

/** The samples of the recording: the first 64 images, [64, 3, 32, 32], with the mean and deviation of ImageNet. */
async function cifar(): Promise<Dataset> {
  const bytes = await readFile(pixels)
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ]
  const data = new Float32Array(64 * 3 * 1024)
  for (let i = 0; i < data.length; i++) {
    const [image, channel, pixel] = [Math.floor(i / 3072), Math.floor(i / 1024) % 3, i % 1024]
    data[i] = (bytes[image * 3072 + pixel * 3 + channel]! / 255 - mean![channel]!) / deviation![channel]!
  }
  const inputs = new Map([['input', { shape: [64, 3, 32, 32], data }]])
  return { source: 'raw100', sha256: '', size: 64, inputs }
}

/** TensorRT 10.6 on an H200 calibrated the same model on the same images; see `entropy`. */
test('scales of ResNet-20 are those that TensorRT wrote', async context => {
  const absent = missing(model, pixels, recorded('entropy2'), recorded('minmax'))
  if (absent) return context.skip(absent)
  const histograms = await collectHistograms({ model, data: await cifar(), initialRange: 'first-maximum' })
  const proto = await readModel(model)

  for (const [cache, method, least] of [
    ['minmax', methods.minmax, 57],
    // 55 on the CPU where this was written: near-ties of the divergence fall by the rounding of the activations.
    ['entropy2', methods.entropy, 54],
  ] as const) {
    const { scales } = parseTensorrtCache(await readFile(recorded(cache), 'utf8'), cache)
    const ranges = new Map([...histograms].map(([name, h]) => [name, method.range(h, 'int8')]))
    const ours = tensorrtScales({ ranges, model: proto })
    // The constants of the model, and the Gemm before its bias, are no tensors of ours.
    const common = [...ours].filter(([name]) => scales.has(name))
    expect(common).toHaveLength(57)
    const equal = common.filter(([name, scale]) => Math.abs(scale / scales.get(name)! - 1) < 1e-5)
    const different = common.filter(entry => !equal.includes(entry)).map(([name]) => name)
    expect(equal.length, `${cache}: ${different.join(', ')}`).toBeGreaterThanOrEqual(least)
  }
})
