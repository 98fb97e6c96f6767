import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onLines } from '../../../src/backends/tensorrt/python/on-lines.ts'

/** The lines of chunks, and whether one had no end. */
async function linesOf(chunks: readonly Uint8Array[], mostBytes?: number) {
  const lines: string[] = []
  let isEndless = false
  const stream = Readable.from(chunks.map(chunk => Buffer.from(chunk)))
  onLines(
    stream,
    line => lines.push(line),
    () => {
      isEndless = true
    },
    mostBytes,
  )
  await finished(stream)
  return { lines, isEndless }
}

test('lines are the same wherever chunks are cut', async () => {
  const text = fc.array(fc.string({ unit: 'binary' }).map(line => line.replaceAll('\n', '')))
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(40)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
      const chunks: Buffer[] = []
      let at = 0
      for (const length of cuts) {
        chunks.push(bytes.subarray(at, at + length))
        at += length
      }
      chunks.push(bytes.subarray(at))
      expect(await linesOf(chunks.filter(chunk => chunk.length > 0))).toEqual({
        lines: lines.map(line => Buffer.from(line).toString()),
        isEndless: false,
      })
    }),
    { numRuns: 30 },
  )
})

test('a line without end is told, and what comes behind it is not kept', async () => {
  const chunk = Buffer.alloc(100, 'x')
  expect(await linesOf([Buffer.from('a\n'), chunk, chunk, Buffer.from('\nb\n')], 150)).toEqual({
    lines: ['a'],
    isEndless: true,
  })
})
