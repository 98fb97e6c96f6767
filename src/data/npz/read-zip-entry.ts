import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import type { ZipEntry } from './zip-entries.ts'

/**
 * The content of a file in a ZIP archive, chunk by chunk.
 *
 * @throws Error where what comes out is not what was put in; a flipped bit must not become part of a verdict
 */
export async function* readZipEntry(path: string, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const start = await contentOffset(path, entry)
  if (entry.compressedSize === 0) return
  const packed = createReadStream(path, {
    start,
    end: start + entry.compressedSize - 1,
    highWaterMark: 2 ** 18,
  })
  const chunks = entry.method === 'deflated' ? packed.pipe(createInflateRaw()) : packed
  packed.on('error', error => chunks.destroy(error))
  let crc = 0
  let unpacked = 0
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc)
      unpacked += chunk.length
      if (unpacked > entry.size) throw new Error('holds more than its directory says')
      yield chunk
    }
  } finally {
    packed.destroy()
  }
  if (crc !== entry.crc) throw new Error('checksum does not match')
}

/** The local header repeats the name, and may have another extra field than the directory. */
async function contentOffset(path: string, { offset }: ZipEntry): Promise<number> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(30), 0, 30, offset)
    return offset + 30 + buffer.readUInt16LE(26) + buffer.readUInt16LE(28)
  } finally {
    await file.close()
  }
}
