import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstSamples } from '../../src/data/first-samples.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { openSamples } from '../../src/data/open-samples.ts'
import type { SampleSource } from '../../src/data/sample-source.ts'
import { InputError } from '../../src/errors.ts'
import { digits } from '../support/digits.ts'
import { formatNpy } from '../support/npz/format-npy.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { dictionary, npyBytes } from './npy-bytes.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'))
})
afterAll(() => rm(folder, { recursive: true }))

const at = (...path: string[]) => join(folder, ...path)
const x = [{ name: 'x', type: 'float32' }]
const open = (source: string | SampleSource, inputs = x) => openSamples(source, inputs, 'calibration')
const read = async (source: string | SampleSource, inputs = x) => firstSamples(await open(source, inputs))
const array = (shape: number[], ...data: number[]) => ({ shape, data: Float32Array.from(data) })
const image = array([3, 2], 1, 2, 3, 4, 5, 6)

describe('npz', () => {
  test('gives what loading the whole file gives, compressed and with several inputs', async () => {
    const ids = { shape: [3], data: BigInt64Array.of(7n, 8n, 9n) }
    await writeNpz(at('a.npz'), { x: image, ids, label: { shape: [3], data: Int32Array.of(2, 0, 1) } })
    expect(await read(at('a.npz'))).toEqual(await loadDataset(at('a.npz'), 'calibration'))
    expect(await read({ npz: at('a.npz'), limit: 2 })).toEqual(
      await loadDataset({ npz: at('a.npz'), limit: 2 }, 'calibration'),
    )
    // Written by NumPy, and of a size that comes in several chunks.
    expect(await read(digits.evaluation, [{ name: 'image', type: 'float32' }])).toEqual(
      await loadDataset(digits.evaluation, 'calibration'),
    )
  })

  test('starts anew at each pass', async () => {
    const stream = await open(at('a.npz'))
    expect(await firstSamples(stream, { count: 1 })).toMatchObject({ size: 1 })
    const bytesOfTwo = 2 * (8 + image.data.byteLength / 3)
    expect(await firstSamples(stream, { bytes: bytesOfTwo })).toMatchObject({ size: 2 })
    expect(await firstSamples(stream, { bytes: 1, least: 3 })).toMatchObject({ size: 3 })
    const { size, inputs } = await firstSamples(stream)
    expect({ size, x: inputs.get('x') }).toEqual({ size: 3, x: image })
  })

  test('a flipped bit is found by the end of the pass', async () => {
    await writeNpz(at('bad.npz'), { x: array([400, 2], ...Array.from({ length: 800 }, (_, i) => i * 1.1)) })
    const bytes = await readFile(at('bad.npz'))
    bytes[600]! ^= 1
    await writeFile(at('bad.npz'), bytes)
    await expect(read(at('bad.npz'))).rejects.toThrow(/bad\.npz is cut off or damaged/)
  })
})

describe('npy', () => {
  test('a header that promises more than memory holds is bad input', async () => {
    const text = Buffer.from(formatNpy(image)).toString('latin1')
    // Spaces make way, so that the header keeps its length.
    const huge = text.replace(`(3, 2), }${' '.repeat(15)}`, '(3, 2000000000000000), }')
    await writeFile(at('huge.npy'), huge, 'latin1')
    await expect(read(at('huge.npy'))).rejects.toThrow(
      new InputError(
        `calibration data ${at('huge.npy')} holds 24 bytes where shape [3, 2000000000000000] of <f4 takes 24000000000000000: save it again`,
      ),
    )
  })

  test('one file for a model with one input, one per name otherwise', async () => {
    await writeFile(at('x.npy'), formatNpy(image))
    await writeFile(at('y.npy'), formatNpy(array([3], 7, 8, 9)))
    expect((await read(at('x.npy'))).inputs).toEqual(new Map([['x', image]]))
    const both = await read({ npy: { x: at('x.npy'), y: at('y.npy') } }, [
      ...x,
      { name: 'y', type: 'float32' },
    ])
    expect([...both.inputs.keys()]).toEqual(['x', 'y'])
  })

  test('Fortran order and big-endian numbers are the samples that NumPy has there', async () => {
    const columns = Buffer.from(Float32Array.of(1, 3, 5, 2, 4, 6).buffer).swap32()
    await writeFile(at('t.npy'), npyBytes(dictionary("'>f4'", '(3, 2)', 'True'), columns))
    expect((await read(at('t.npy'))).inputs).toEqual(new Map([['x', image]]))
    await writeFile(
      at('big.npy'),
      npyBytes(dictionary("'>f4'", '(3, 2)'), Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer).swap32()),
    )
    expect((await read(at('big.npy'))).inputs).toEqual(new Map([['x', image]]))
  })

  test('labels are lines of a text file', async () => {
    await writeFile(at('labels.txt'), '2\n0\n1\n')
    const { labels, size } = await read({ npy: at('x.npy'), labels: at('labels.txt'), limit: 2 })
    expect({ labels, size }).toEqual({ labels: Int32Array.of(2, 0), size: 2 })
  })
})

describe('raw dumps', () => {
  const raw = { type: 'float32', shape: [2] } as const
  beforeAll(async () => {
    await mkdir(at('raw'))
    await writeFile(at('raw', '10.bin'), Float32Array.of(5, 6))
    await writeFile(at('raw', '1.bin'), Float32Array.of(1, 2, 3, 4))
    await writeFile(at('raw', '.hidden'), 'x')
  })

  test('a folder in the order of its names, each file one sample or several', async () => {
    const { size, inputs } = await read({ raw: at('raw'), ...raw })
    expect({ size, inputs }).toEqual({ size: 3, inputs: new Map([['x', image]]) })
  })

  test('a list in its own order; what is done to the bytes is part of the hash', async () => {
    const files = [at('raw', '10.bin'), at('raw', '1.bin')]
    const listed = await read({ raw: files, ...raw })
    expect([...listed.inputs.get('x')!.data]).toEqual([5, 6, 1, 2, 3, 4])
    const flat = await open({ raw: files, type: 'float32', shape: [1, 2] })
    expect(flat.sha256).not.toBe(listed.sha256)
  })
})

describe('images', () => {
  const reds = [10, 50, 90]
  beforeAll(async () => {
    for (const [index, red] of reds.entries()) {
      const kind = index === 1 ? 'cat' : 'dog'
      await mkdir(at('photos', kind), { recursive: true })
      // The left half is darker in green, so that a crop and a flip would show.
      const pixels = Uint8Array.from(
        { length: 8 * 6 * 3 },
        (_, i) => [red, (i / 3) % 8 < 4 ? 20 : 220, 200][i % 3]!,
      )
      const file = at('photos', kind, `${index}.png`)
      await sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } })
        .png()
        .toFile(file)
    }
  })
  const photos = (more: object) => ({ images: at('photos'), ...more })

  test('folders are classes; scale, mean and std per channel; NCHW and RGB', async () => {
    const source = photos({ labels: 'folders', scale: 1 / 255, mean: [0.5, 0, 0.25], std: [0.5, 1, 2] })
    const { size, labels, inputs } = await read(source)
    expect({ size, labels }).toEqual({ size: 3, labels: Int32Array.of(0, 1, 1) })
    const { shape, data } = inputs.get('x')!
    expect(shape).toEqual([3, 3, 6, 8])
    expect(data[0]).toBeCloseTo((50 / 255 - 0.5) / 0.5, 6)
    expect(data[48 + 3]).toBeCloseTo(20 / 255, 6)
    expect(data[48 + 4]).toBeCloseTo(220 / 255, 6)
    expect(data[96]).toBeCloseTo((200 / 255 - 0.25) / 2, 6)
  })

  test('BGR, NHWC, and the middle of the image', async () => {
    const { inputs } = await read(photos({ crop: [2, 1], channels: 'BGR', layout: 'NHWC', limit: 1 }))
    expect(inputs.get('x')).toEqual(array([1, 1, 2, 3], 200, 20, 50, 200, 220, 50))
  })

  test('one channel for grey, bytes where the model takes bytes, another size by `resize`', async () => {
    const bytes = [{ name: 'x', type: 'uint8' }]
    const { shape, data } = (await read(photos({ channels: 'grey', resize: 3 }), bytes)).inputs.get('x')!
    expect(shape).toEqual([3, 1, 3, 4])
    expect(data).toBeInstanceOf(Uint8Array)
    expect((await read(photos({ resize: [5, 7] }))).inputs.get('x')!.shape).toEqual([3, 3, 7, 5])
  })
})

test('a function is asked anew at each pass', async () => {
  let calls = 0
  const stream = await open(async function* () {
    calls++
    for (const value of [1, 2]) yield { x: array([1, 1], value) }
  })
  expect(stream.size).toBe(2)
  expect((await firstSamples(stream)).inputs).toEqual(new Map([['x', array([2, 1], 1, 2)]]))
  expect(calls).toBe(2)
})

test.for<[string, () => string | SampleSource, string]>([
  ['no file', () => at('none.npz'), 'none.npz does not exist: check its path'],
  ['no .npy file', () => at('none.npy'), 'none.npy does not exist: check its path'],
  ['no archive', () => at('x.npy').replace('.npy', '.txt'), 'does not exist'],
  ['too few samples', () => ({ npy: at('x.npy'), limit: 4 }), 'has 3 samples, fewer than its `limit` of 4'],
  [
    'half a sample',
    () => ({ raw: at('raw'), type: 'float32', shape: [3] }),
    '1.bin has 16 bytes, which is no whole number',
  ],
  ['an empty folder', () => ({ images: at('raw') }), 'holds no files that can be read as samples'],
  ['no image', () => ({ images: [at('labels.txt')] }), 'labels.txt cannot be decoded'],
  [
    'images too small',
    () => ({ images: at('photos'), crop: 9 }),
    'has 8 x 6 pixels, too few for a `crop` of 9 x 9',
  ],
  ['too few labels', () => ({ npy: at('x.npy'), labels: at('raw', '1.bin') }), 'lines for 3 samples'],
  ['another input', () => ({ images: at('photos'), input: 'y' }), 'the model has no input `y`, only `x`'],
  ['a function without samples', () => () => [], 'it gives no samples'],
  ['a wrong shape', () => () => [{ x: image }], 'a sample has shape [1, ...]'],
])('bad input is one sentence: %s', async ([, source, message]) => {
  const result = read(source())
  await expect(result).rejects.toThrow(InputError)
  await expect(result).rejects.toThrow(message)
})
