import { open } from 'node:fs/promises'
import { InputError, messageOf } from '../../errors.ts'
import { refuseSpecialFile } from '../../plain-file.ts'
import { whyUnreadable } from '../why-unreadable.ts'
import { readZipEntry } from './read-zip-entry.ts'
import { type ZipEntry, zipEntries } from './zip-entries.ts'

/** An array as a `.npy` file holds it. */
export interface NpzArray {
  /** Length of that file, unpacked. */
  readonly bytes: number
  /** Its bytes, chunk by chunk, from the first as often as it is called. */
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/**
 * The arrays of an `.npz` file: a ZIP archive with one `.npy` file per array, as `numpy.savez` and
 * `numpy.savez_compressed` write it. Nothing but its directory is read.
 *
 * @param name what to call the file in messages, usually its path
 * @returns arrays by name, in the order of the archive; they throw InputError if what comes out is not what was put in
 * @throws InputError if the file is missing, no ZIP archive or cut off, or holds something that is no array
 */
export async function openNpz(npz: string, name: string): Promise<Map<string, NpzArray>> {
  const arrays = new Map<string, NpzArray>()
  for (const entry of await entriesOf(npz, name)) {
    if (!entry.name.endsWith('.npy')) {
      throw new InputError(`${name} holds ${entry.name}, which is no array (*.npy): save it with numpy.savez`)
    }
    arrays.set(entry.name.slice(0, -'.npy'.length), {
      bytes: entry.size,
      chunks: () => undamaged(readZipEntry(npz, entry), name),
    })
  }
  return arrays
}

async function entriesOf(npz: string, name: string): Promise<ZipEntry[]> {
  await refuseSpecialFile(npz, name)
  checkBeginning(
    await beginningOf(npz).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(whyUnreadable(name, error))
    }),
    name,
  )
  return zipEntries(npz).catch(() => {
    // The directory of a ZIP archive is at its end: a file that begins as one and has none was an archive once.
    throw damaged(name)
  })
}

async function beginningOf(npz: string): Promise<Uint8Array> {
  const file = await open(npz)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Throws InputError if the first bytes of a file are not those of a ZIP archive. */
function checkBeginning(bytes: Uint8Array, source: string): void {
  if (bytes.length === 0) throw new InputError(`${source} is empty: save it again with numpy.savez`)
  const begins = new TextDecoder('latin1').decode(bytes.subarray(0, 64))
  if (begins.startsWith('version https://git-lfs')) {
    throw new InputError(`${source} is a Git LFS pointer, not the data: run git lfs pull`)
  }
  // The first entry of an archive begins with PK 3 4, the end of an empty one with PK 5 6.
  if (!begins.startsWith('PK\x03\x04') && !begins.startsWith('PK\x05\x06')) {
    throw new InputError(`${source} is not an .npz file (a ZIP archive): save it with numpy.savez`)
  }
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
