import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { guardFeeds } from '../../../src/builder/guard/guard-feeds.ts'
import type { Dataset } from '../../../src/data/dataset.ts'

const inputs = [{ name: 'x', type: 'float32', shape: ['n', 2] }] as const

/** Samples that hold a number each, twice. */
function samples(first: number, size: number): Dataset {
  const data = Float32Array.from({ length: 2 * size }, (_, i) => first + Math.floor(i / 2))
  return { source: 'x.npz', sha256: '', size, inputs: new Map([['x', { shape: [size, 2], data }]]) }
}

function feeds(
  { held, calibrating, heldBack = true }: { held: number; calibrating: number; heldBack?: boolean },
  { batch = 1, more = true } = {},
) {
  const guard = { data: samples(0, held), heldBack }
  const context = { guard, calibration: samples(1000, calibrating), target: resolveTarget({ batch }) }
  return guardFeeds(context, inputs, more).map(({ feed, samples }) => ({
    samples,
    values: [...(feed().get('x')!.data as Float32Array)],
  }))
}

test('samples that calibrated follow those that were held back', () => {
  expect(feeds({ held: 2, calibrating: 2 })).toEqual([
    { samples: [0], values: [0, 0] },
    { samples: [1], values: [1, 1] },
    { samples: [2], values: [1000, 1000] },
    { samples: [3], values: [1001, 1001] },
  ])
})

test('a batch holds samples of one kind', () => {
  expect(feeds({ held: 3, calibrating: 2 }, { batch: 2 }).map(({ samples }) => samples)).toEqual([
    [0, 1],
    [2],
    [3, 4],
  ])
})

test('there are 64 in all', () => {
  expect(feeds({ held: 10, calibrating: 500 })).toHaveLength(64)
  expect(feeds({ held: 70, calibrating: 500 })).toHaveLength(70)
})

test('none follow where all calibrated, and where the guard decides nothing', () => {
  expect(feeds({ held: 3, calibrating: 3, heldBack: false })).toHaveLength(3)
  expect(feeds({ held: 3, calibrating: 3 }, { more: false })).toHaveLength(3)
})
