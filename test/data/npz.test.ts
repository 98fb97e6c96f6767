import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { streamNpz } from '../../src/data/npz/stream-npz.ts'
import { InputError } from '../../src/errors.ts'
import { formatNpy } from '../support/npz/format-npy.ts'
import { readNpz } from '../support/npz/read-npz.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { ndArrays } from './arbitraries.ts'
import { dictionary, npyBytes } from './npy-bytes.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npz-'))
})
afterAll(() => rm(folder, { recursive: true }))

const readExample = (name: string) =>
  readFile(new URL(`../../examples/pytorch-digits/data/${name}`, import.meta.url))

/** What the reader makes of the bytes of a file. */
async function read(bytes: Uint8Array) {
  const path = join(folder, 'x.npz')
  await writeFile(path, bytes)
  return readNpz(path, 'x.npz')
}

describe('openNpz', () => {
  test('reads what writeNpz writes', async () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, ndArrays, { maxKeys: 4 }), async arrays => {
        const path = join(folder, 'arrays.npz')
        await writeNpz(path, arrays)
        expect(await readNpz(path)).toEqual(new Map(Object.entries(arrays)))
      }),
      { numRuns: 50 },
    )
  })

  // Written by numpy.savez_compressed, whose local headers are those of ZIP64.
  test('reads what NumPy writes', async () => {
    const arrays = await read(await readExample('evaluation.npz'))
    expect([...arrays.keys()]).toEqual(['image', 'label'])
    expect(arrays.get('image')!.shape).toEqual([800, 1, 32, 32])
    expect(arrays.get('image')!.data).toBeInstanceOf(Float32Array)
    expect(arrays.get('label')!.shape).toEqual([800])
    expect(arrays.get('label')!.data).toBeInstanceOf(BigInt64Array)
  })

  test('reads an archive without compression, as of numpy.savez', async () => {
    const image = { shape: [2], data: Float64Array.of(1, 2) }
    const bytes = zipSync({ 'image.npy': formatNpy(image) }, { level: 0 })
    expect(await read(bytes)).toEqual(new Map([['image', image]]))
  })

  test.each([
    ['an empty file', Buffer.alloc(0), 'x.npz is empty: save it again with numpy.savez'],
    [
      'no archive',
      Buffer.from('hello'),
      'x.npz is not an .npz file (a ZIP archive): save it with numpy.savez',
    ],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n'),
      'x.npz is a Git LFS pointer, not the data: run git lfs pull',
    ],
    [
      'an archive of something else',
      zipSync({ 'readme.txt': Buffer.from('hello') }),
      'x.npz holds readme.txt, which is no array (*.npy): save it with numpy.savez',
    ],
    [
      'an array that cannot be read',
      zipSync({ 'image.npy': Buffer.from('hello') }),
      'array `image` of x.npz is not a NumPy array: save it with numpy.save or numpy.savez',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(new InputError(message))
  })

  test('refuses an archive that is cut off anywhere', async () => {
    const bytes = await readExample('calibration.npz')
    const refused = async (length: number) => {
      await expect(read(bytes.subarray(0, length))).rejects.toThrow(
        new InputError('x.npz is cut off or damaged: copy it or save it again'),
      )
    }
    await fc.assert(fc.asyncProperty(fc.integer({ min: 4, max: bytes.length - 1 }), refused))
    // The last field of an archive is the length of its comment, which says nothing.
    await refused(bytes.length - 1)
  })

  test('never reads other numbers than were written, whichever bit has flipped', async () => {
    const image = { shape: [1000], data: Float32Array.from({ length: 1000 }, (_, index) => Math.sin(index)) }
    const bytes = zipSync({ 'image.npy': formatNpy(image) })
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (index, bit) => {
        const damaged = Buffer.from(bytes)
        damaged[index]! ^= 1 << bit
        // Bits of the name or of the time of writing may flip.
        const outcome = await read(damaged).then(
          arrays => [...arrays.values()],
          error => error,
        )
        if (!(outcome instanceof InputError)) expect(outcome).toEqual([image])
      }),
      { numRuns: 1000 },
    )
    const damaged = Buffer.from(bytes)
    damaged[500]! ^= 1
    await expect(read(damaged)).rejects.toThrow(
      /^x\.npz is cut off or damaged \(.+\): copy it or save it again$/,
    )
  })
})

describe('an archive that claims more than it holds', () => {
  const archive = (image: Uint8Array, level: 0 | 9 = 0) =>
    Buffer.from(zipSync({ 'image.npy': image }, { level }))
  const file = async (bytes: Uint8Array) => {
    const path = join(folder, 'claims.npz')
    await writeFile(path, bytes)
    return streamNpz({ npz: path }, { name: 'claims.npz' })
  }
  /** Where the directory of an archive without a comment begins. */
  const directoryOf = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6)
  const three = formatNpy({ shape: [3, 2], data: new Float32Array(6) })

  test.each([
    [
      'a shape of terabytes',
      '(3, 99999999999999)',
      /holds 24 bytes where shape \[3, 99999999999999\] of <f4 takes 1\d+/,
    ],
    ['a shape beyond all numbers', `(3, ${'9'.repeat(400)})`, /holds 24 bytes where shape \[3, Infinity\]/],
    [
      'more samples than there are',
      '(4, 2)',
      /holds 24 bytes where shape \[4, 2\] of <f4 takes 32: save it again/,
    ],
  ])('is refused by its header: %s', async (_, shape, message) => {
    const bytes = archive(npyBytes(dictionary("'<f4'", shape), new Uint8Array(24)))
    await expect(file(bytes)).rejects.toThrow(message)
  })

  test('is refused if the header of an array has gigabytes', async () => {
    const bytes = Buffer.from(npyBytes(dictionary("'<f4'", '(3, 2)'), new Uint8Array(24), 2))
    bytes.writeUInt32LE(0xfffffff0, 8)
    await expect(file(archive(bytes))).rejects.toThrow(
      'array `image` of claims.npz has a header of 4294967280 bytes: save it again',
    )
  })

  test.each([
    ['its directory has 2 GB', (bytes: Buffer) => bytes.writeUInt32LE(0x7fffffff, bytes.length - 10)],
    [
      'its directory begins behind its end',
      (bytes: Buffer) => bytes.writeUInt32LE(0x7fffffff, bytes.length - 6),
    ],
    ['a file in it has 2 GB', (bytes: Buffer) => bytes.writeUInt32LE(0x7fffffff, directoryOf(bytes) + 20)],
    [
      'a file in it unpacks to 4 GB',
      (bytes: Buffer) => bytes.writeUInt32LE(0xfffffff0, directoryOf(bytes) + 24),
    ],
    [
      'a file in it begins behind its end',
      (bytes: Buffer) => bytes.writeUInt32LE(0x7fffffff, directoryOf(bytes) + 42),
    ],
  ])('is refused if %s', async (_, damage) => {
    for (const level of [0, 9] as const) {
      const bytes = archive(three, level)
      damage(bytes)
      await expect(file(bytes)).rejects.toThrow('claims.npz is cut off or damaged: copy it or save it again')
    }
  })

  test('is refused if a file unpacks to more than its directory says', async () => {
    const bytes = archive(formatNpy({ shape: [1, 100_000], data: new Float32Array(100_000) }), 9)
    bytes.writeUInt32LE(80 + 4, directoryOf(bytes) + 24)
    await expect(file(bytes)).rejects.toThrow(InputError)
  })

  test('labels that are no label for each sample are not unpacked', async () => {
    const label = npyBytes(dictionary("'<i8'", '(3, 1000000)'), new Uint8Array(24_000_000))
    const bytes = zipSync({ 'image.npy': three, 'label.npy': label }, { level: 9 })
    await expect(file(bytes)).rejects.toThrow('labels are one class index per sample, here of shape [3]')
  })
})

describe('writeNpz', () => {
  test('writes equal bytes for equal arrays', async () => {
    const arrays = { image: { shape: [2], data: Float32Array.of(1, 2) } }
    const paths = ['first.npz', 'second.npz'].map(name => join(folder, name))
    for (const path of paths) await writeNpz(path, arrays)
    const [first, second] = await Promise.all(paths.map(path => readFile(path)))
    expect(first!.equals(second!)).toBe(true)
  })
})
