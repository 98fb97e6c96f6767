import { readFile } from 'node:fs/promises'
import { writeNpz } from '../npz/write-npz.ts'
import { shared } from '../shared.ts'

const recorded = shared('fixtures', 'tensorrt', 'recorded-10.6-h200')

/** The model of the recorded pair of runs, its explicit form, and the images that it was fed. */
export const resnet20 = {
  fp32: shared('models', 'resnet20_cifar10.onnx'),
  explicit: shared('fixtures', 'tensorrt', 'recorded-10.6-h200', 'run', 'resnet20_cifar10.inputs.onnx'),
  recorded,
  images: shared('models', 'eval', 'cifar10', 'raw100_u8_nhwc.bin'),
}

const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
]

/** The first images of CIFAR-10's test set, as the model takes them, with their labels. */
export async function writeResnet20Data(path: string, samples: number): Promise<void> {
  const pixels = await readFile(resnet20.images)
  const labels = await readFile(`${recorded}/run/labels64.u8`)
  const image = Float32Array.from({ length: samples * 3 * 32 * 32 }, (_, i) => {
    const [sample, channel, pixel] = [Math.floor(i / 3072), Math.floor((i % 3072) / 1024), i % 1024]
    return (pixels[sample * 3072 + pixel * 3 + channel]! / 255 - mean[channel]!) / deviation[channel]!
  })
  await writeNpz(path, {
    input: { shape: [samples, 3, 32, 32], data: image },
    label: { shape: [samples], data: Int32Array.from(labels.subarray(0, samples)) },
  })
}
