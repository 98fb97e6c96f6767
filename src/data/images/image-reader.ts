import { InputError, messageOf } from '../../errors.ts'
import type { ImageSource } from '../sample-source.ts'

/** Pixels of an image, row by row, channels of a pixel side by side: 3 in RGB order, or 1. */
export interface ImagePixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

export interface ImageReader {
  /** Of what decodes: another version may give other pixels. */
  readonly version: string
  /** Throws InputError if the file is no image, or smaller than what is to be cut out of it. */
  read(file: string, size: Pick<ImageSource, 'resize' | 'crop' | 'channels'>): Promise<ImagePixels>
}

/** Loads `sharp`, which is an optional peer: only those who calibrate on images need it. */
export async function loadImageReader(name: string): Promise<ImageReader> {
  const sharp = await import('sharp').then(
    module => module.default,
    (error: unknown) => {
      throw new InputError(
        `${name} is made of images, which \`sharp\` decodes, and it cannot be loaded: npm install sharp (${messageOf(error).split('\n')[0]})`,
      )
    },
  )
  return {
    version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    async read(file, { resize, crop, channels }) {
      // Without `fastShrinkOnLoad` the same image has the same pixels whatever it is resized to.
      const grey = channels === 'grey'
      let image = sharp(file)
        .removeAlpha()
        .toColourspace(grey ? 'b-w' : 'srgb')
      const fastShrinkOnLoad = false
      if (typeof resize === 'number') {
        image = image.resize(resize, resize, { fit: 'outside', kernel: 'linear', fastShrinkOnLoad })
      } else if (resize) {
        const [width, height] = resize as [number, number]
        image = image.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad })
      }
      const { data, info } = await image
        .raw()
        .toBuffer({ resolveWithObject: true })
        .catch((error: unknown) => {
          throw new InputError(`${file} cannot be decoded: ${messageOf(error)}`)
        })
      const count = info.channels === 1 ? 1 : 3
      const pixels: ImagePixels = { width: info.width, height: info.height, channels: count, data }
      return crop === undefined ? pixels : cropped(pixels, crop, file)
    },
  }
}

/** The middle of an image; where it does not lie on whole pixels, the half to the upper left. */
function cropped(image: ImagePixels, crop: number | readonly number[], file: string): ImagePixels {
  const [width, height] = (typeof crop === 'number' ? [crop, crop] : crop) as [number, number]
  if (width > image.width || height > image.height) {
    throw new InputError(
      `${file} has ${image.width} x ${image.height} pixels, too few for a \`crop\` of ${width} x ${height}: resize first`,
    )
  }
  const [left, top] = [Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2)]
  const { channels } = image
  const data = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * channels
    data.set(image.data.subarray(start, start + width * channels), row * width * channels)
  }
  return { width, height, channels, data }
}
