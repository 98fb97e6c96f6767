import { basename, dirname, extname } from 'node:path'
import { InputError } from '../../errors.ts'
import { filesOf } from '../files-of.ts'
import { hashFiles } from '../hash-files.ts'
import { inputOf } from '../input-of.ts'
import { readLabels } from '../labels/read-labels.ts'
import { firstOfTruth } from '../labels/truth.ts'
import { limited } from '../limit.ts'
import type { NdArray } from '../ndarray.ts'
import type { ImageSource, ModelInput } from '../sample-source.ts'
import type { SampleStream } from '../stream/sample-stream.ts'
import { type ImagePixels, loadImageReader } from './image-reader.ts'
import { pixelsToArray } from './pixels-to-array.ts'

const endings = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'])

/**
 * The samples of image files, decoded one at a time.
 *
 * @throws InputError if `sharp` is not installed, or a file is missing, is no image or has another size than the first
 */
export async function streamImages(
  source: ImageSource,
  inputs: readonly ModelInput[],
  what: string,
): Promise<SampleStream> {
  const { images, labels, limit, ...preprocessing } = source
  const place = typeof images === 'string' ? images : `${images[0]} and ${images.length - 1} more`
  const name = `${what} ${place}`
  const input = inputOf(inputs, source.input, name)
  const reader = await loadImageReader(name)
  const all = await filesOf(images, name, file => endings.has(extname(file).toLowerCase()))
  const size = limited(all.length, limit, name)
  const files = all.slice(0, size)
  const truth =
    labels === undefined
      ? {}
      : labels === 'folders'
        ? { labels: classesOf(all) }
        : await readLabels(labels, all.length)
  return {
    source: place,
    sha256: await hashFiles(files, name, { preprocessing, decoder: reader.version }),
    size,
    ...firstOfTruth(truth, size),
    async *samples() {
      let first: ImagePixels | undefined
      for (const file of files) {
        const pixels = await reader.read(file, source)
        first ??= pixels
        if (pixels.width !== first.width || pixels.height !== first.height) {
          throw new InputError(
            `${file} has ${pixels.width} x ${pixels.height} pixels, ${files[0]} ${first.width} x ${first.height}: bring them to one size with \`resize\` or \`crop\``,
          )
        }
        yield new Map<string, NdArray>([[input.name, pixelsToArray(pixels, source, input.type)]])
      }
    },
  }
}

/** Class index of each file: the place of its folder's name among all of them, in the order of the names. */
function classesOf(files: readonly string[]): Int32Array {
  const folders = files.map(file => basename(dirname(file)))
  const names = [...new Set(folders)].sort()
  return Int32Array.from(folders, folder => names.indexOf(folder))
}
