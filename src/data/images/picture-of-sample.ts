import type { NdArray } from '../ndarray.ts'
import { writePng } from './write-png.ts'

/** Sides of what is taken for a picture, and the longest side that is shown: every n-th pixel of a larger one. */
const [leastSide, mostShown] = [8, 48]

/** How the axes of a picture lie: [channels, height, width] or [height, width, channels]. */
interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly channelsFirst: boolean
}

/**
 * A sample as a picture: PNG as a data URL. Its smallest value is black and its largest white, because nobody knows how it was
 * normalized. Undefined if no input has the axes of a picture.
 */
export function pictureOfSample(inputs: ReadonlyMap<string, NdArray>, sample: number): string | undefined {
  for (const { shape, data } of inputs.values()) {
    const picture = pictureOf(shape.slice(1))
    if (!picture) continue
    const size = picture.width * picture.height * picture.channels
    const values = Float32Array.from({ length: size }, (_, i) => Number(data[sample * size + i]))
    return `data:image/png;base64,${Buffer.from(drawn(values, picture)).toString('base64')}`
  }
  return undefined
}

function pictureOf(axes: readonly number[]): Picture | undefined {
  const [first = 0, middle = 0, last = 0] = axes.length === 4 && axes[0] === 1 ? axes.slice(1) : axes
  const isPicture = (width: number, height: number) => Math.min(width, height) >= leastSide
  const isChannels = (axis: number): axis is 1 | 3 => axis === 1 || axis === 3
  if (axes.length < 3 || axes.length > 4) return undefined
  if (isChannels(first) && isPicture(last, middle)) {
    return { channels: first, height: middle, width: last, channelsFirst: true }
  }
  if (axes.length === 3 && isChannels(last) && isPicture(middle, first)) {
    return { channels: last, height: first, width: middle, channelsFirst: false }
  }
  return undefined
}

function drawn(
  values: Float32Array,
  { width: fullWidth, height: fullHeight, channels, channelsFirst }: Picture,
): Uint8Array {
  const step = Math.ceil(Math.max(fullWidth, fullHeight) / mostShown)
  const [width, height] = [Math.ceil(fullWidth / step), Math.ceil(fullHeight / step)]
  const finite = values.filter(Number.isFinite)
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const most = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const pixels = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const pixel = y * step * fullWidth + x * step
        const at = channelsFirst ? channel * fullWidth * fullHeight + pixel : pixel * channels + channel
        const share = most > least ? (values[at]! - least) / (most - least) : 0
        pixels[(y * width + x) * channels + channel] = Math.round(255 * Math.min(1, Math.max(0, share)))
      }
    }
  }
  return writePng(pixels, { width, height, channels })
}
