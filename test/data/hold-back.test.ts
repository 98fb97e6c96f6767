import { expect, test } from 'vitest'
import { holdBack } from '../../src/data/hold-back.ts'
import { streamDataset } from '../../src/data/stream/stream-dataset.ts'

async function split(size: number) {
  const data = Float32Array.from({ length: size }, (_, i) => i)
  const { calibrating, checking, heldBack } = holdBack(
    streamDataset({
      source: 'made.npz',
      sha256: 'f00',
      size,
      inputs: new Map([['x', { shape: [size, 1], data }]]),
      labels: Int32Array.from(data),
    }),
  )
  const values = async (part: typeof calibrating) => {
    const found: number[] = []
    for await (const sample of part.samples()) found.push(Number(sample.get('x')!.data[0]))
    return found
  }
  const found = { calibrating: await values(calibrating), checking: await values(checking) }
  for (const [name, part] of Object.entries({ calibrating, checking })) {
    expect(part.size).toBe(found[name as 'checking'].length)
    expect([...part.labels!]).toEqual(found[name as 'checking'])
  }
  return { ...found, heldBack }
}

test.each([
  [8, 4],
  [32, 4],
  [50, 5],
  [256, 25],
  [5000, 32],
])('of %i samples %i are held back, spread evenly', async (size, count) => {
  const { calibrating, checking, heldBack } = await split(size)
  expect(heldBack).toBe(true)
  expect(checking).toHaveLength(count)
  expect([...calibrating, ...checking].toSorted((a, b) => a - b)).toEqual([...Array(size).keys()])
  const gaps = checking.slice(1).map((value, i) => value - checking[i]!)
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
})

test('a few samples all calibrate, and all check', async () => {
  expect(await split(3)).toEqual({ calibrating: [0, 1, 2], checking: [0, 1, 2], heldBack: false })
})
