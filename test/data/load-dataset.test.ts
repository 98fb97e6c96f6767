import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadDataset } from '../../src/data/load-dataset.ts'
import type { NdArray } from '../../src/data/ndarray.ts'
import { InputError } from '../../src/errors.ts'
import { formatNpy } from '../support/npz/format-npy.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { dictionary, npyBytes } from './npy-bytes.ts'

let path: string
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'dataset-')), 'data.npz')
})
afterAll(() => rm(join(path, '..'), { recursive: true }))

const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/pytorch-digits/data/${name}`, import.meta.url))

const floats = (shape: number[], ...data: number[]): NdArray => ({ shape, data: Float32Array.from(data) })
const integers = (shape: number[], ...data: number[]): NdArray => ({ shape, data: Int32Array.from(data) })
const image = floats([3, 2], 1, 2, 3, 4, 5, 6)

test('more than a container may have is told before it is taken', async () => {
  const limit = vi.spyOn(process, 'constrainedMemory').mockReturnValue(1000)
  try {
    const loading = loadDataset(example('evaluation.npz'), 'evaluation')
    await expect(loading).rejects.toThrow(InputError)
    await expect(loading).rejects.toThrow(
      /evaluation\.npz: \d+ samples take \S+ GB of memory, which this process cannot have .*`limit`/,
    )
  } finally {
    limit.mockRestore()
  }
})

describe('loadDataset', () => {
  test('loads labelled samples that NumPy wrote', async () => {
    const source = example('evaluation.npz')
    const dataset = await loadDataset(source, 'evaluation')
    expect(dataset.source).toBe(source)
    expect(dataset.sha256).toBe(
      createHash('sha256')
        .update(await readFile(source))
        .digest('hex'),
    )
    expect(dataset.size).toBe(800)
    expect([...dataset.inputs.keys()]).toEqual(['image'])
    expect(dataset.inputs.get('image')!.shape).toEqual([800, 1, 32, 32])
    expect(dataset.labels).toHaveLength(800)
    expect(new Set(dataset.labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  })

  test('loads unlabelled samples that NumPy wrote', async () => {
    const dataset = await loadDataset(example('calibration.npz'), 'calibration')
    expect(dataset.inputs.get('image')!.shape).toEqual([256, 1, 32, 32])
    expect(dataset).not.toHaveProperty('labels')
  })

  test('takes every array but the labels as an input', async () => {
    await writeNpz(path, { image, scale: integers([3], 7, 8, 9), label: integers([3], 2, 0, 1) })
    const { inputs, labels } = await loadDataset(path, 'evaluation')
    expect(inputs).toEqual(
      new Map([
        ['image', image],
        ['scale', integers([3], 7, 8, 9)],
      ]),
    )
    expect(labels).toEqual(Int32Array.of(2, 0, 1))
  })

  test('leaves out what neither model nor metrics read: class names, objects, other lengths, a single number', async () => {
    await writeFile(
      path,
      zipSync({
        'image.npy': formatNpy(image),
        'class_names.npy': npyBytes(dictionary("'<U3'", '(2,)'), new Uint8Array(24)),
        'paths.npy': npyBytes(dictionary("'|O'", '(3,)'), Uint8Array.of(0x80, 4)),
        'ids.npy': formatNpy(integers([7], 1, 2, 3, 4, 5, 6, 7)),
        'gamma.npy': formatNpy(floats([], 2)),
        'none.npy': formatNpy(floats([0, 4])),
        'score.npy': formatNpy(floats([3], 1, Number.NaN, 3)),
        'label.npy': formatNpy(integers([3], 2, 0, 1)),
        // What `labels` means in such a file.
        'labels.npy': npyBytes(dictionary("'<U1'", '(3,)'), new Uint8Array(12)),
      }),
    )
    const inputs = [{ name: 'image', type: 'float32' }]
    const dataset = await loadDataset(path, 'evaluation', inputs)
    expect(dataset.inputs.get('image')).toEqual(image)
    expect([...dataset.inputs.keys()]).toEqual(['image', 'score'])
    expect(dataset.labels).toEqual(Int32Array.of(2, 0, 1))
    // An input that is not there is told with all names, and so is one that cannot be read.
    await expect(loadDataset(path, 'evaluation', [{ name: 'mask', type: 'float32' }])).rejects.toThrow(
      'no array named `mask`, which the model takes as input (the file has `image`, `class_names`, `paths`, `ids`, `gamma`, `none`, `score`, `label`, `labels`)',
    )
    const paths = [...inputs, { name: 'paths', type: 'float32' }]
    await expect(loadDataset(path, 'evaluation', paths)).rejects.toThrow(/array `paths` .* has the dtype \|O/)
  })

  test('labels that are no numbers: evaluation needs them, calibration does not', async () => {
    const label = npyBytes(dictionary("'<U3'", '(3,)'), new Uint8Array(36))
    await writeFile(path, zipSync({ 'image.npy': formatNpy(image), 'label.npy': label }))
    const inputs = [{ name: 'image', type: 'float32' }]
    expect([...(await loadDataset(path, 'calibration', inputs)).inputs.keys()]).toEqual(['image'])
    await expect(loadDataset(path, 'evaluation', inputs)).rejects.toThrow(
      /array `label` .* has the dtype <U3: .*; labels are class indices, 0, 1, 2, \.\.\., one per sample/,
    )
  })

  test('takes the array that is named as the labels, and `label` as an input then', async () => {
    await writeNpz(path, { image, label: floats([3], 7, 8, 9), y: integers([3], 2, 0, 1) })
    const { inputs, labels } = await loadDataset({ npz: path, labels: 'y' }, 'evaluation')
    expect([...inputs.keys()]).toEqual(['image', 'label'])
    expect(labels).toEqual(Int32Array.of(2, 0, 1))
  })

  test.each([
    ['`labels`', { labels: integers([3], 2, 0, 1) }],
    ['a column', { label: integers([3, 1], 2, 0, 1) }],
    ['bytes', { label: { shape: [3], data: Uint8Array.of(2, 0, 1) } }],
    ['int64', { label: { shape: [3], data: BigInt64Array.of(2n, 0n, 1n) } }],
    ['whole floats', { label: floats([3], 2, 0, 1) }],
  ])('takes labels as %s', async (_, arrays) => {
    await writeNpz(path, { image, ...arrays })
    const { labels } = await loadDataset(path, 'evaluation')
    expect(labels).toEqual(Int32Array.of(2, 0, 1))
  })

  test.each([
    ['fractions', floats([3], 0, 0.5, 1)],
    ['negative numbers', floats([3, 1], -1, 0, 1)],
    ['several numbers for each sample', floats([3, 2], 1, 2, 3, 4, 5, 6)],
  ])('takes floats that are no class indices as targets: %s', async (_, target) => {
    await writeNpz(path, { image, target })
    const { inputs, labels, targets } = await loadDataset({ npz: path, limit: 2 }, 'evaluation')
    expect([...inputs.keys()]).toEqual(['image'])
    expect(labels).toBeUndefined()
    expect(targets).toEqual(
      floats(
        [2, ...target.shape.slice(1)],
        ...Array.from(target.data, Number).slice(0, (2 * target.data.length) / 3),
      ),
    )
  })

  test('takes no input of the model as the targets', async () => {
    await writeNpz(path, { image, target: floats([3], 1, 2, 3), label: integers([3], 2, 0, 1) })
    const { inputs, labels } = await loadDataset(path, 'evaluation', [{ name: 'target', type: 'float32' }])
    expect([...inputs.keys()]).toEqual(['image', 'target'])
    expect(labels).toEqual(Int32Array.of(2, 0, 1))
  })

  test('takes the first samples up to a limit, and their labels', async () => {
    await writeNpz(path, { image, label: integers([3], 2, 0, 1) })
    const { size, inputs, labels } = await loadDataset({ npz: path, limit: 2 }, 'evaluation')
    expect(size).toBe(2)
    expect(inputs.get('image')).toEqual(floats([2, 2], 1, 2, 3, 4))
    expect(labels).toEqual(Int32Array.of(2, 0))
  })

  test('takes a limit of all samples', async () => {
    await writeNpz(path, { image })
    expect((await loadDataset({ npz: path, limit: 3 }, 'calibration')).inputs.get('image')).toEqual(image)
  })

  test('does not mind what lies behind the limit', async () => {
    await writeNpz(path, { image: floats([2, 1], 1, Number.NaN) })
    expect((await loadDataset({ npz: path, limit: 1 }, 'calibration')).size).toBe(1)
  })

  describe('refuses', () => {
    test('a file that does not exist', async () => {
      await expect(loadDataset('no/such.npz', 'calibration')).rejects.toThrow(
        new InputError('calibration data no/such.npz does not exist: check its path'),
      )
    })

    test('a folder', async () => {
      await expect(loadDataset(tmpdir(), 'evaluation')).rejects.toThrow(
        new InputError(`evaluation data ${tmpdir()} is a folder: give the path of an .npz file`),
      )
    })

    test('a path that runs through a file', async () => {
      await writeFile(path, '')
      await expect(loadDataset(join(path, 'data.npz'), 'evaluation')).rejects.toThrow(
        /^evaluation data .*data\.npz cannot be read: ENOTDIR/,
      )
    })

    test('a file that is no archive', async () => {
      await writeFile(path, 'image,label\n')
      await expect(loadDataset(path, 'evaluation')).rejects.toThrow(
        new InputError(
          `evaluation data ${path} is not an .npz file (a ZIP archive): save it with numpy.savez`,
        ),
      )
    })

    test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a limit of %d', async limit => {
      await writeNpz(path, { image })
      await expect(loadDataset({ npz: path, limit }, 'calibration')).rejects.toThrow(
        new InputError(
          `calibration data ${path} is limited to ${limit} samples: \`limit\` is a whole number from 1`,
        ),
      )
    })

    test.each<[string, Record<string, NdArray>, { labels?: string; limit?: number }, string]>([
      ['an archive without arrays', {}, {}, 'FILE holds no arrays: save one array per model input'],
      [
        'labels alone',
        { label: integers([1], 0) },
        {},
        'FILE holds labels only: save one array per model input beside them',
      ],
      [
        'arrays without samples',
        { image: floats([0, 2]) },
        {},
        'array `image` of FILE has shape [0, 2] and so no samples: save some',
      ],
      [
        'a single number',
        { image: floats([], 1) },
        {},
        'array `image` of FILE is a single number: its first axis must be the samples',
      ],
      [
        'arrays of different first axis',
        { image, mask: floats([2], 0, 1) },
        {},
        'FILE has 3 samples in array `image` and 2 in `mask`: give all arrays the same first axis, the samples; an input without a batch gets it as one axis more',
      ],
      [
        'a limit above the number of samples',
        { image },
        { limit: 4 },
        'FILE has 3 samples, fewer than its `limit` of 4: lower the limit',
      ],
      [
        'labels that are not there',
        { image, label: integers([3], 0, 0, 0) },
        { labels: 'y' },
        'FILE has no array `y` for the labels: name one that it has (`image`, `label`)',
      ],
      [
        'two arrays that may be the labels',
        { image, label: integers([3], 0, 0, 0), labels: integers([3], 1, 1, 1) },
        {},
        'FILE has arrays `label` and `labels`: say with `labels` which of them counts',
      ],
      [
        'fewer labels than samples',
        { image, label: integers([2], 0, 1) },
        {},
        'array `label` of FILE has shape [2]: labels are one class index per sample, here of shape [3]',
      ],
      [
        'one-hot labels',
        { image, label: integers([3, 2], 0, 1, 0, 1, 1, 0) },
        {},
        'array `label` of FILE has shape [3, 2]: labels are one class index per sample, here of shape [3]',
      ],
      [
        'negative labels',
        { image, label: { shape: [3], data: BigInt64Array.of(0n, 1n, -1n) } },
        {},
        'array `label` of FILE has -1 for sample 2: labels are class indices, 0, 1, 2, ...',
      ],
      [
        'labels beyond int32',
        { image, label: { shape: [3], data: BigInt64Array.of(2n ** 32n, 1n, 1n) } },
        {},
        'array `label` of FILE has 4294967296 for sample 0: labels are class indices, 0, 1, 2, ...',
      ],
      [
        'labels that are NaN',
        { image, label: floats([3], 0, 1, Number.NaN) },
        {},
        'array `label` of FILE has NaN in sample 2: replace the value or leave the sample out',
      ],
      [
        'NaN in a sample',
        { image: floats([3, 2], 0, 0, 0, Number.NaN, 0, 0) },
        {},
        'array `image` of FILE has NaN in sample 1: replace the value or leave the sample out',
      ],
      [
        'Infinity in a sample',
        { image: { shape: [1, 2], data: Float64Array.of(0, Number.POSITIVE_INFINITY) } },
        {},
        'array `image` of FILE has Infinity in sample 0: replace the value or leave the sample out',
      ],
    ])('%s', async (_, arrays, options, message) => {
      await writeNpz(path, arrays)
      await expect(loadDataset({ npz: path, ...options }, 'evaluation')).rejects.toThrow(
        new InputError(message.replace('FILE', `evaluation data ${path}`)),
      )
    })
  })
})
