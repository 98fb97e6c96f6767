import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/** A picture in memory: rows of red, green and blue. */
export interface Photo {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

const longestSide = 800

/** Reads all pictures of a folder, large ones reduced. */
export async function readPhotos(folder: string): Promise<Photo[]> {
  const files = (await readdir(folder)).filter(file => /\.(png|jpe?g|webp)$/i.test(file)).sort()
  return Promise.all(
    files.map(async file => {
      const picture = sharp(join(folder, file)).removeAlpha().toColourspace('srgb')
      const small = picture.resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      const { data, info } = await small.raw().toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, rgb: data }
    }),
  )
}

/**
 * A part of a photo, drawn at random, as an input of four axes holds it, in [0, 1]: one channel (grey) or three, which are
 * the second axis or the last.
 */
export function photoCrop(
  photos: readonly Photo[],
  shape: readonly number[],
  random: () => number,
): Float64Array {
  const { width, height, rgb } = photos[Math.floor(random() * photos.length)]!
  const last = shape[3]! <= 4 && shape[1]! > 4
  const [channels, rows, columns] = (last ? [shape[3], shape[1], shape[2]] : shape.slice(1)) as number[]
  // The largest part with the input's proportions, down to six tenths of it.
  const scale = Math.min(width / columns!, height / rows!) * (0.6 + 0.4 * random())
  const [left, top] = [random() * (width - scale * columns!), random() * (height - scale * rows!)]
  const values = new Float64Array(shape.reduce((product, size) => product * size, 1))
  for (let y = 0; y < rows!; y++) {
    for (let x = 0; x < columns!; x++) {
      const at = 3 * (Math.floor(top + scale * y) * width + Math.floor(left + scale * x))
      for (let channel = 0; channel < channels!; channel++) {
        const grey = (rgb[at]! + rgb[at + 1]! + rgb[at + 2]!) / 3
        const value = (channels === 1 ? grey : rgb[at + channel]!) / 255
        const pixel = y * columns! + x
        values[last ? pixel * channels! + channel : channel * rows! * columns! + pixel] = value
      }
    }
  }
  return values
}

/** Whether an input looks like a picture. */
export function isPicture(shape: readonly number[]): boolean {
  const channels = shape[3]! <= 4 && shape[1]! > 4 ? shape[3] : shape[1]
  return shape.length === 4 && shape[0] === 1 && (channels === 1 || channels === 3)
}
