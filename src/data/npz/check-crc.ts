import { crc32 } from 'node:zlib'

/**
 * Throws where an entry of a ZIP archive is not what was put in: fflate passes over the checksums, and a flipped bit
 * in a sample must not become part of a verdict.
 *
 * @param archive Below 4 GiB, one disk; APPNOTE.TXT of PKWARE, sections 4.3.12 and 4.3.16.
 * @param entries What was unpacked, by name.
 */
export function checkCrc(archive: Uint8Array, entries: Readonly<Record<string, Uint8Array>>): void {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const end = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength).lastIndexOf('PK\x05\x06')
  let offset = view.getUint32(end + 16, true)
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const [name, extra, comment] = [28, 30, 32].map(field => view.getUint16(offset + field, true))
    const nameBytes = archive.subarray(offset + 46, offset + 46 + name!)
    const content = entries[new TextDecoder().decode(nameBytes)]
    if (!content || crc32(content) !== view.getUint32(offset + 16, true)) {
      throw new Error('checksum does not match')
    }
    offset += 46 + name! + extra! + comment!
  }
}
