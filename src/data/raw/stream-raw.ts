import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { filesOf } from '../files-of.ts'
import { hashFiles } from '../hash-files.ts'
import { inputOf } from '../input-of.ts'
import { readLabels } from '../labels/read-labels.ts'
import { firstOfTruth } from '../labels/truth.ts'
import { limited } from '../limit.ts'
import { lockstep } from '../lockstep.ts'
import type { NdArray } from '../ndarray.ts'
import { byteReader } from '../npy/byte-reader.ts'
import { type NpyType, npyTypes } from '../npy/npy-types.ts'
import type { ModelInput, RawSource } from '../sample-source.ts'
import type { SampleStream } from '../stream/sample-stream.ts'
import { rawTypes } from './raw-types.ts'

/** The samples of raw dumps, one at a time. Throws InputError if a file is missing or holds no whole samples. */
export async function streamRaw(
  source: RawSource,
  inputs: readonly ModelInput[],
  what: string,
): Promise<SampleStream> {
  const { raw, type, shape, limit, labels } = source
  const place = typeof raw === 'string' ? raw : `${raw[0]} and ${raw.length - 1} more`
  const name = `${what} ${place}`
  const input = inputOf(inputs, source.input, name).name
  const element = npyTypes.get(rawTypes[type])
  if (!element)
    throw new InputError(`${name}: unknown \`type\` ${type}: say ${Object.keys(rawTypes).join(', ')}`)
  const sampleBytes = shape.reduce((product, axis) => product * axis, element.bytes)
  const files = await filesOf(raw, name)
  const sha256 = await hashFiles(files, name, { type, shape, input })
  const lengths = await Promise.all(files.map(async file => (await stat(file)).size))
  const counts = files.map((file, index) =>
    samplesIn(file, lengths[index]!, sampleBytes, `${type} of [${shape.join(', ')}]`),
  )
  const samples = counts.reduce((sum, count) => sum + count, 0)
  const size = limited(samples, limit, name)
  const truth = labels === undefined ? {} : await readLabels(labels, samples)
  return {
    source: place,
    sha256,
    size,
    ...firstOfTruth(truth, size),
    samples: () => lockstep([[input, arraysOf(files, element, [1, ...shape])]], { size, name }),
  }
}

function samplesIn(file: string, size: number, sampleBytes: number, what: string): number {
  if (size > 0 && size % sampleBytes === 0) return size / sampleBytes
  throw new InputError(
    `${file} has ${size} bytes, which is no whole number of samples: ${what} takes ${sampleBytes}`,
  )
}

async function* arraysOf(
  files: readonly string[],
  type: NpyType,
  shape: readonly number[],
): AsyncGenerator<NdArray> {
  const length = shape.reduce((product, axis) => product * axis, 1)
  for (const file of files) {
    const reader = byteReader(createReadStream(file, { highWaterMark: 2 ** 18 }))
    try {
      for (;;) {
        const bytes = await reader.read(length * type.bytes)
        if (bytes.length < length * type.bytes) break
        yield { shape, data: type.view(bytes.buffer, 0, length) }
      }
    } finally {
      await reader.close()
    }
  }
}
