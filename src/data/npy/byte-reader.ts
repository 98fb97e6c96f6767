/** Reads a stream of bytes in pieces of one's own size. */
export interface ByteReader {
  /** The next `length` bytes, in memory of their own; fewer where the stream ends before. */
  read(length: number): Promise<Uint8Array>
  /** Closes the stream, wherever it is. */
  close(): Promise<void>
}

export function byteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return {
    async read(length) {
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        if (rest.length === 0) {
          const next = await iterator.next()
          if (next.done) break
          rest = next.value
        }
        const part = rest.subarray(0, length - filled)
        bytes.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
      }
      return filled === length ? bytes : bytes.slice(0, filled)
    },
    async close() {
      await iterator.return?.()
    },
  }
}
