import type { NdArray } from '../ndarray.ts'
import type { ImageSource } from '../sample-source.ts'
import type { ImagePixels } from './image-reader.ts'

/**
 * Pixels as the input of a model: value = (pixel * scale - mean) / std, in 32 bits after each step as NumPy and PyTorch
 * compute it; bytes as they are if the model takes uint8.
 *
 * @returns an array of shape [1, channels, height, width], or [1, height, width, channels] for NHWC
 */
export function pixelsToArray(
  { width, height, channels, data }: ImagePixels,
  source: Pick<ImageSource, 'scale' | 'mean' | 'std' | 'layout' | 'channels'>,
  type: string,
): NdArray {
  const { layout = 'NCHW', channels: order = 'RGB' } = source
  const values = type === 'uint8' ? new Uint8Array(data.length) : new Float32Array(data.length)
  const pixels = width * height
  for (let channel = 0; channel < channels; channel++) {
    const from = order === 'BGR' ? channels - 1 - channel : channel
    const valueAt = type === 'uint8' ? identity : levels(source, channel)
    const [start, step] = layout === 'NCHW' ? [channel * pixels, 1] : [channel, channels]
    for (let pixel = 0; pixel < pixels; pixel++) {
      values[start + pixel * step] = valueAt[data[pixel * channels + from]!]!
    }
  }
  const shape = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]
  return { shape, data: values }
}

const identity = Float32Array.from({ length: 256 }, (_, pixel) => pixel)

/** The value of each of the 256 levels of a channel. Mean and std are in the order of the model's channels. */
function levels(
  { scale = 1, mean = 0, std = 1 }: Pick<ImageSource, 'scale' | 'mean' | 'std'>,
  channel: number,
) {
  const of = (values: number | readonly number[]) =>
    Math.fround(typeof values === 'number' ? values : (values[channel] ?? values[0]!))
  return Float32Array.from({ length: 256 }, (_, pixel) =>
    Math.fround(Math.fround(Math.fround(pixel * Math.fround(scale)) - of(mean)) / of(std)),
  )
}
