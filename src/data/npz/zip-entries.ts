import { type FileHandle, open } from 'node:fs/promises'

/** A file in a ZIP archive, as the directory at the archive's end describes it. */
export interface ZipEntry {
  readonly name: string
  /** Where its local header begins in the archive. */
  readonly offset: number
  readonly method: 'stored' | 'deflated'
  readonly compressedSize: number
  /** Bytes of the content, unpacked. */
  readonly size: number
  readonly crc: number
}

/**
 * Reads the directory of a ZIP archive without reading its files: APPNOTE.TXT of PKWARE, sections 4.3.12 to 4.3.16 and
 * 4.5.3 for archives above 4 GiB, which `numpy.savez` writes.
 *
 * @throws Error if the file is no archive, is cut off, or is packed in another way than NumPy packs
 */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  const file = await open(path)
  try {
    const { count, offset, size } = await findDirectory(file)
    const entries = parseDirectory(await bytesOf(file, offset, size), count)
    const { size: length } = await file.stat()
    if (!entries.every(entry => isPlausible(entry, length))) throw new Error('has a damaged directory')
    return entries
  } finally {
    await file.close()
  }
}

/** Bytes of the record at the end of an archive, behind its directory, without its comment of at most 64 KiB. */
const endLength = 22

/** Bytes before the content of a file in an archive, without its name. */
const localHeaderLength = 30

/** No byte of deflated content unpacks to more (a match of 258 bytes takes 2 bits). */
const mostDeflated = 1032

/** Whether what the directory says of a file fits into the archive: any memory taken for it is bounded by that. */
function isPlausible({ method, offset, compressedSize, size }: ZipEntry, archiveLength: number): boolean {
  const fits = offset + localHeaderLength + compressedSize <= archiveLength
  return fits && (method === 'stored' ? size === compressedSize : size <= compressedSize * mostDeflated)
}

async function findDirectory(file: FileHandle) {
  const { size: length } = await file.stat()
  const start = Math.max(0, length - endLength - 0xffff)
  const tail = await bytesOf(file, start, length - start)
  if (tail.length < endLength) throw new Error('has no directory')
  const end = tail.lastIndexOf('PK\x05\x06', tail.length - endLength, 'latin1')
  if (end < 0) throw new Error('has no directory')
  // On this disk, and on all disks.
  if (tail.readUInt16LE(end + 8) !== tail.readUInt16LE(end + 10)) throw new Error('has a damaged directory')
  const directory = {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  }
  if (directory.offset !== 0xffffffff && directory.count !== 0xffff) return directory
  const locator = tail.lastIndexOf('PK\x06\x07', end, 'latin1')
  if (locator < 0) throw new Error('has no 64-bit directory')
  const record = await bytesOf(file, Number(tail.readBigUInt64LE(locator + 8)), 56)
  const [count, size, offset] = [32, 40, 48].map(field => Number(record.readBigUInt64LE(field))) as [
    number,
    number,
    number,
  ]
  return { count, size, offset }
}

function parseDirectory(bytes: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('has a damaged directory')
    const method = bytes.readUInt16LE(at + 10)
    if (method !== 0 && method !== 8) throw new Error(`is packed by method ${method}`)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(field =>
      bytes.readUInt16LE(at + field),
    ) as [number, number, number]
    const extra = at + 46 + nameLength
    const wide = wideFields(bytes.subarray(extra, extra + extraLength))
    const field = (position: number) => {
      const value = bytes.readUInt32LE(position)
      return value === 0xffffffff ? wide() : value
    }
    // The order in which the 64-bit fields follow: size, compressed size, offset.
    const size = field(at + 24)
    const compressedSize = field(at + 20)
    const offset = field(at + 42)
    entries.push({
      name: bytes.toString('utf8', at + 46, extra),
      offset,
      method: method === 8 ? 'deflated' : 'stored',
      compressedSize,
      size,
      crc: bytes.readUInt32LE(at + 16),
    })
    at = extra + extraLength + commentLength
  }
  if (at !== bytes.length) throw new Error('has a damaged directory')
  return entries
}

/** Gives one 64-bit field of an entry after the other. */
function wideFields(extra: Buffer): () => number {
  let at = 0
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2)
  at += 4
  return () => {
    const value = Number(extra.readBigUInt64LE(at))
    at += 8
    return value
  }
}

async function bytesOf(file: FileHandle, position: number, length: number): Promise<Buffer> {
  // Of a damaged archive these are any numbers; some of them end the process in Node's own code.
  const { size } = await file.stat()
  if (position + length > size) throw new Error('ends within its directory')
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer
}
