import { expect, test } from 'vitest'
import { partsOf } from '../../src/data/parts-of.ts'
import type { SampleStream } from '../../src/data/stream/sample-stream.ts'
import { wholeDataset } from '../../src/data/whole-dataset.ts'

const sampleBytes = 2 ** 22

/** Samples of 4 MB that begin with their number. */
function stream(size: number, onRead: (index: number) => void = () => {}): SampleStream {
  return {
    source: 'large.npy',
    sha256: '00',
    size,
    labels: Int32Array.from({ length: size }, (_, i) => i % 3),
    async *samples() {
      for (let index = 0; index < size; index++) {
        onRead(index)
        const data = new Float32Array(sampleBytes / 4)
        data[0] = index
        yield new Map([['x', { shape: [1, sampleBytes / 4], data }]])
      }
    },
  }
}

/** First values of the samples of each part. */
async function partsAt(samples: SampleStream, batch: number, positions?: readonly number[]) {
  const dataset = {
    source: 'large.npy',
    sha256: '00',
    size: samples.size,
    inputs: new Map(),
    stream: samples,
  }
  const parts: number[][] = []
  for await (const { size, inputs } of partsOf(dataset, batch, positions)) {
    const { data, shape } = inputs.get('x')!
    expect(shape).toEqual([size, sampleBytes / 4])
    parts.push(Array.from({ length: size }, (_, i) => Number(data[i * (sampleBytes / 4)])))
  }
  return parts
}

test('32 MB are read at a time, in whole batches', async () => {
  const parts = await partsAt(stream(40), 3)
  expect(parts.map(({ length }) => length)).toEqual([9, 9, 9, 9, 4])
  expect(parts.flat()).toEqual(Array.from({ length: 40 }, (_, i) => i))
})

test('the samples that are asked for, and nothing beyond the last of them', async () => {
  let read = -1
  const samples = stream(40, index => {
    read = index
  })
  expect(await partsAt(samples, 1, [2, 17, 20])).toEqual([[2, 17, 20]])
  expect(read).toBe(21)
})

test('more samples than memory holds are all there, the first ones in memory, labels of all', async () => {
  // The first sample is read to see how large it is: nothing is taken for what there is no memory for.
  const dataset = await wholeDataset(stream(1e6))
  expect(dataset.size).toBe(1e6)
  expect(dataset.labels).toHaveLength(1e6)
  expect(dataset.inputs.get('x')!.shape).toEqual([16, sampleBytes / 4])
  expect(dataset.stream!.size).toBe(1e6)
})

test('others are in memory as a whole', async () => {
  const dataset = await wholeDataset(stream(3))
  expect(dataset.stream).toBeUndefined()
  expect(dataset.inputs.get('x')!.shape).toEqual([3, sampleBytes / 4])
})
