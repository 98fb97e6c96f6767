import { open } from 'node:fs/promises'
import { InputError, messageOf } from '../../errors.ts'
import { countSamples } from '../count-samples.ts'
import { hashFiles } from '../hash-files.ts'
import { limited } from '../limit.ts'
import { lockstep } from '../lockstep.ts'
import { npySamples, readNpyHeader } from '../npy/npy-samples.ts'
import { parseNpy } from '../npy/parse-npy.ts'
import type { SampleStream } from '../sample-stream.ts'
import { labelsName, toLabels } from '../take-labels.ts'
import { checkBeginning } from './check-beginning.ts'
import { readZipEntry } from './read-zip-entry.ts'
import { type ZipEntry, zipEntries } from './zip-entries.ts'

/**
 * The samples of an `.npz` file, as `loadDataset` takes it, one at a time: compressed arrays are unpacked as they are read.
 *
 * @param name what to call the file in messages
 * @throws InputError where the file is missing or unreadable, or its arrays do not make a data set
 */
export async function streamNpz(
  { npz, labels, limit }: { readonly npz: string; readonly labels?: string; readonly limit?: number },
  name: string,
): Promise<SampleStream> {
  const sha256 = await hashFiles([npz], name)
  const entries = await arraysOf(npz, name)
  if (entries.size === 0) throw new InputError(`${name} holds no arrays: save one array per model input`)
  const label = labelsName(entries, labels, name)
  const inputs = [...entries].filter(([input]) => input !== label)
  const arrayName = (input: string) => `array \`${input}\` of ${name}`
  const chunks = (entry: ZipEntry) => undamaged(readZipEntry(npz, entry), name)
  const headers = new Map<string, { shape: readonly number[] }>()
  for (const [input, entry] of inputs)
    headers.set(input, await readNpyHeader(chunks(entry), arrayName(input)))
  const samples = countSamples(headers, name)
  const size = limited(samples, limit, name)
  const known = label === undefined ? undefined : await whole(chunks(entries.get(label)!))
  const all = known && toLabels(parseNpy(known, arrayName(label!)), samples, arrayName(label!))
  return {
    source: npz,
    sha256,
    size,
    ...(all && { labels: all.subarray(0, size) }),
    samples: () =>
      lockstep(
        inputs.map(([input, entry]) => [input, npySamples(chunks(entry), arrayName(input))]),
        size,
        name,
      ),
  }
}

async function arraysOf(npz: string, name: string): Promise<Map<string, ZipEntry>> {
  const file = await open(npz)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    checkBeginning(buffer.subarray(0, bytesRead), name)
  } finally {
    await file.close()
  }
  const entries = await zipEntries(npz).catch(() => {
    throw damaged(name)
  })
  return new Map(
    entries.map(entry => {
      if (!entry.name.endsWith('.npy')) {
        throw new InputError(
          `${name} holds ${entry.name}, which is no array (*.npy): save it with numpy.savez`,
        )
      }
      return [entry.name.slice(0, -'.npy'.length), entry]
    }),
  )
}

async function* undamaged(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw damaged(name, error)
  }
}

function damaged(name: string, error?: unknown): InputError {
  const why = error === undefined ? '' : ` (${messageOf(error)})`
  return new InputError(`${name} is cut off or damaged${why}: copy it or save it again`)
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  // A copy of its own: a Buffer may lie anywhere in a pool.
  return Uint8Array.from(Buffer.concat(parts))
}
