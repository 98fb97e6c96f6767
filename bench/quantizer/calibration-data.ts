import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { NdArray } from '../../src/data/ndarray.ts'
import { npySamples } from '../../src/data/npy/npy-samples.ts'
import { readZipEntry } from '../../src/data/npz/read-zip-entry.ts'
import { zipEntries } from '../../src/data/npz/zip-entries.ts'
import type { ImageSource, SampleFunction, SampleSource } from '../../src/data/sample-source.ts'

/** Samples of each model, preprocessed as it was trained; the model's input is called `x` here. */
export function calibrationData(evaluation: string): Readonly<Record<string, SampleSource>> {
  const at = (...path: string[]) => join(evaluation, ...path)
  const photos = (more: Omit<ImageSource, 'images'>): ImageSource => ({ images: at('imagenet1000'), ...more })
  const cifar = (more: Omit<ImageSource, 'images'>): ImageSource => ({
    images: at('cifar10', 'test1000'),
    ...more,
  })
  const imagenet = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
  const mobilenet = photos({ crop: 224, mean: 127.5, std: 127.5 })
  return {
    'mnist-8': mnist(at('mnist', 't10k-images-idx3-ubyte.gz')),
    mlperf_tiny_kws_dscnn: keywords(at('kws01', 'frames_i8.bin')),
    vnncomp_vit_pgd_2_3_16_cifar10: cifar(imagenet),
    mlperf_tiny_resnet8_cifar10: cifar({}),
    'mlperf_tiny_vww_mobilenet_v1_0.25_96': photos({ resize: [96, 96], scale: 1 / 255 }),
    resnet20_cifar10: cifar(imagenet),
    'ppocr_mobile_v2.0_cls': arrayOf(at('textline_rot180_set.npz'), 'rgb', textLine),
    resnet56_cifar10: cifar(imagenet),
    kwt1_speech_commands12: arrayOf(at('speech_commands12_mfcc_kwt.npz'), 'mfcc', array => array),
    'mobilenet_v1_0.25_224': mobilenet,
    'ultraface-RFB-320': photos({ resize: [320, 240], mean: 127, std: 128 }),
    'squeezenet1.1': photos({ crop: 224, ...imagenet }),
    'mobilenet_v1_0.75_224': mobilenet,
    'mobilenetv2_1.0_224': photos({ crop: 224, ...imagenet }),
    yolox_nano: photos({ resize: [416, 416], channels: 'BGR' }),
  }
}

function mnist(path: string): SampleFunction {
  return async function* () {
    const bytes = gunzipSync(await readFile(path)).subarray(16)
    for (let first = 0; first < bytes.length; first += 784) {
      yield { x: { shape: [1, 1, 28, 28], data: Float32Array.from(bytes.subarray(first, first + 784)) } }
    }
  }
}

function keywords(path: string): SampleFunction {
  return async function* () {
    const frames = new Int8Array((await readFile(path)).buffer)
    for (let first = 0; first < frames.length; first += 490) {
      const data = Float32Array.from(frames.subarray(first, first + 490), q => (q - 83) * 0.5847029)
      yield { x: { shape: [1, 1, 49, 10], data } }
    }
  }
}

/** One array of an `.npz` file whose other arrays are text. */
function arrayOf(path: string, name: string, preprocess: (array: NdArray) => NdArray): SampleFunction {
  return async function* () {
    const entry = (await zipEntries(path)).find(each => each.name === `${name}.npy`)!
    for await (const array of npySamples(readZipEntry(path, entry), path)) yield { x: preprocess(array) }
  }
}

/** RGB bytes [1, 48, 192, 3] as BGR (x - 127.5) / 127.5 in [1, 3, 48, 192]. */
function textLine({ shape, data }: NdArray): NdArray {
  const [, height = 0, width = 0] = shape
  const pixels = height * width
  const values = new Float32Array(3 * pixels)
  for (let i = 0; i < values.length; i++) {
    const [channel, pixel] = [Math.floor(i / pixels), i % pixels]
    values[i] = (Number(data[pixel * 3 + 2 - channel]) - 127.5) / 127.5
  }
  return { shape: [1, 3, height, width], data: values }
}
