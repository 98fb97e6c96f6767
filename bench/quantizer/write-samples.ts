import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { openSamples } from '../../src/data/open-samples.ts'
import type { SampleSource } from '../../src/data/sample-source.ts'
import { formatNpy } from '../../test/support/npz/format-npy.ts'

/** Writes so many samples of 32-bit floats into one `.npy` file; where there are fewer, they come again. */
export async function writeSamples(path: string, source: SampleSource, count: number): Promise<void> {
  const stream = await openSamples(source, [{ name: 'x', type: 'float32' }], 'calibration')
  const file = createWriteStream(path)
  let written = 0
  while (written < count) {
    for await (const sample of stream.samples()) {
      const { shape, data } = sample.get('x')!
      if (written === 0) file.write(headerOf([count, ...shape.slice(1)]))
      const bytes = Buffer.from(Float32Array.from(data as Float32Array).buffer)
      if (!file.write(bytes)) await once(file, 'drain')
      if (++written === count) break
    }
  }
  file.end()
  await finished(file)
}

/** What stands before the elements: their length does not show in it. */
function headerOf(shape: readonly number[]): Uint8Array {
  const empty = formatNpy({ shape: [0], data: new Float32Array() })
  const text = Buffer.from(empty)
    .toString('latin1')
    .replace('(0,)', `(${shape.join(', ')})`)
  const header = `${text.trimEnd().slice(10)}`.padEnd(117)
  return Buffer.concat([empty.subarray(0, 8), Buffer.from([118, 0]), Buffer.from(`${header}\n`, 'latin1')])
}
