/**
 * Scales of our `entropy` and `minmax` beside those in the calibration caches that TensorRT 10.6 wrote on an H200, for the
 * same models and images. A scale that differs is a near-tie where the divergence at both thresholds is almost the same:
 * which one wins then depends on the last bits of the activations, and those on the device.
 *
 *     npm run bench:tensorrt-caches
 *
 * Exits with 1 where fewer scales are equal to 1e-5 than on the machine where this was written.
 */
import { readFile } from 'node:fs/promises'
import { parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { collectHistograms } from '../../src/calibration/calibrate.ts'
import type { Histogram } from '../../src/calibration/histogram.ts'
import { type MethodName, methods } from '../../src/calibration/methods.ts'
import { tensorrtScales } from '../../src/calibration/write-tensorrt-cache.ts'
import { filesOf } from '../../src/data/files-of.ts'
import { openSamples } from '../../src/data/open-samples.ts'
import type { SampleSource } from '../../src/data/sample-source.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { divergence } from '../../test/support/divergence.ts'
import { shared } from '../../test/support/shared.ts'

/** Closest divergences, in nats, that still count as a tie. */
const tie = 1e-4

const imagenet = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const photos = await filesOf(shared('models/eval/imagenet1000'), 'images', file => file.endsWith('.jpg'))
const fifty = { images: photos.filter((_, index) => index % 20 === 0), crop: 224, ...imagenet }

const cases: readonly [
  model: string,
  method: MethodName,
  cache: string,
  source: SampleSource,
  least: number,
][] = [
  ['resnet20_cifar10', 'minmax', 'resnet20_cifar10.minmax', cifar, 57],
  ['resnet20_cifar10', 'entropy', 'resnet20_cifar10.entropy2', cifar, 54],
  ['squeezenet1.1', 'entropy', 'squeezenet1.1.entropy2', fifty, 59],
  ['mobilenetv2_1.0_224', 'entropy', 'mobilenetv2_1.0_224.entropy2', fifty, 96],
]
let failed = false
for (const [name, method, cache, source, least] of cases) {
  const path = shared('models', `${name}.onnx`)
  const model = await readModel(path)
  const input = model.graph!.input[0]!.name
  const data = await openSamples(source, [{ name: input, type: 'float32' }], 'calibration')
  const histograms = await collectHistograms({ model: path, data, initialRange: 'first-maximum' })
  const ranges = new Map([...histograms].map(([tensor, h]) => [tensor, methods[method].range(h, 'int8')]))
  const file = shared('fixtures/tensorrt/recorded-10.6-h200/calibration', `${cache}.cache`)
  const { scales } = parseTensorrtCache(await readFile(file, 'utf8'), file)
  const ours = [...tensorrtScales({ ranges, model })].filter(([tensor]) => scales.has(tensor))
  const different = ours.filter(([tensor, scale]) => Math.abs(scale / scales.get(tensor)! - 1) >= 1e-5)
  const equal = ours.length - different.length
  console.log(`${name}, ${method}: ${equal} of ${ours.length} scales equal to 1e-5`)
  failed ||= equal < least
  for (const [tensor, scale] of different) {
    const difference = tied(histograms.get(tensor)!, scale, scales.get(tensor)!)
    failed ||= method === 'entropy' && !(difference < tie)
    console.log(
      `  ${tensor}: ${scale.toPrecision(6)}, TensorRT ${scales.get(tensor)!.toPrecision(6)}; divergences differ by ${difference.toExponential(1)}`,
    )
  }
}
process.exitCode = failed ? 1 : 0

/** How far the divergences at our threshold and at that of another scale lie apart, on our histogram. */
function tied(histogram: Histogram, ours: number, theirs: number): number {
  const counts = histogram.positive.map((count, bin) => count + histogram.negative[bin]!)
  const [a, b] = [ours, theirs].map(scale => {
    const bins = Math.round((scale * 127) / histogram.width - 0.5)
    return bins >= 128 && bins <= 2048 ? divergence(counts, bins) : Number.NaN
  })
  return Math.abs(a! - b!)
}

/** The first 64 images of raw100, [1, 3, 32, 32] each. */
async function* cifar() {
  const bytes = await readFile(shared('models/eval/cifar10/raw100_u8_nhwc.bin'))
  for (let image = 0; image < 64; image++) {
    const data = new Float32Array(3 * 1024)
    for (let i = 0; i < data.length; i++) {
      const [channel, pixel] = [Math.floor(i / 1024), i % 1024]
      const value = bytes[image * 3072 + pixel * 3 + channel]! / 255
      data[i] = (value - imagenet.mean[channel]!) / imagenet.std[channel]!
    }
    yield { input: { shape: [1, 3, 32, 32], data } }
  }
}
