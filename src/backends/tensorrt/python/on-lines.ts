import type { Readable } from 'node:stream'

/** Outputs of an inference are one line; no text can be longer than some 500 MB. */
const longestLine = 500e6

/**
 * Gives the lines of a stream one by one, as UTF-8.
 *
 * @param onEndless - called instead of going on if a line is longer than texts can be
 */
export function onLines(
  stream: Readable,
  onLine: (line: string) => void,
  onEndless: () => void,
  mostBytes = longestLine,
): void {
  let [parts, bytes]: [Buffer[], number] = [[], 0]
  const read = (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      onLine(Buffer.concat([...parts, chunk.subarray(start, end)]).toString())
      ;[parts, bytes, start] = [[], 0, end + 1]
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
    bytes += chunk.length - start
    if (bytes <= mostBytes) return
    stream.off('data', read)
    stream.resume()
    parts = []
    onEndless()
  }
  stream.on('data', read)
}
