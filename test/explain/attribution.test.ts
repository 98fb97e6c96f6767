import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EngineProfile } from '../../src/engine/engine-profile.ts'
import { alignLayers } from '../../src/explain/alignment/align-layers.ts'
import { attribute } from '../../src/explain/attribution.ts'
import { anyEngine, engine, latency } from './profiles.ts'

const attributed = (a: EngineProfile, b: EngineProfile) => attribute(alignLayers(a, b), a, b)

test('any two engines: rows and what is unattributed add up to the totals', () => {
  fc.assert(
    fc.property(anyEngine(), anyEngine(), (a, b) => {
      const { rows, total, unattributed, share } = attributed(a, b)
      for (const key of ['a', 'b', 'difference'] as const) {
        const sum = rows.reduce((sum, row) => sum + row[key], 0)
        expect(sum + unattributed[key]).toBeCloseTo(total[key], 6)
      }
      expect(total.difference).toBeCloseTo(total.b - total.a, 9)
      if (a.latency && b.latency) {
        expect([total.a, total.b]).toEqual([a.latency.median, b.latency.median])
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
      } else expect(share).toBeUndefined()
    }),
  )
})

describe('what profiling adds', () => {
  const conv = (us: number) => ({ name: 'conv', nodes: '/Conv', us })
  const slice = (us: number) => ({ name: 'slice', nodes: '/Slice', us })

  test('is the same for each layer, and found from both latencies', () => {
    // 4 us a layer: 100 and 100 + 26 us.
    const { overhead, rows, share } = attributed(
      engine([conv(104)], latency(100)),
      engine([conv(104), slice(30)], latency(126)),
    )
    expect(overhead).toBeCloseTo(4)
    expect(share).toBeCloseTo(1)
    expect(rows.map(({ difference }) => difference)).toEqual([0, 26])
  })

  test('is more for a layer of more weight, and nothing of what passes outside of layers', () => {
    const weighted = (profile: EngineProfile, profilerWeight: number, outside: number): EngineProfile => ({
      ...profile,
      layers: profile.layers.map(layer => ({ ...layer, profilerWeight })),
      outside,
    })
    // 2 us for a weight of 1, 4 us for 2; 8 us outside.
    const { overhead, rows, unattributed } = attributed(
      weighted(engine([conv(102)], latency(108)), 1, 8),
      weighted(engine([conv(114)], latency(118)), 2, 8),
    )
    expect(overhead).toBeCloseTo(3)
    expect(rows).toMatchObject([{ a: 100, b: 110, difference: 10 }])
    expect(unattributed.a).toBeCloseTo(8)
    expect(unattributed.difference).toBeCloseTo(0)
  })

  test('takes no more from a layer than it took', () => {
    const { overhead, rows } = attributed(
      engine([conv(20), slice(1)], latency(10)),
      engine([conv(20), slice(1)], latency(10)),
    )
    expect(overhead).toBeCloseTo(10)
    expect(rows.map(({ a }) => a)).toEqual([10, 0])
  })

  test('is below 0 where time passes between layers; a layer that takes no time gets none', () => {
    const { overhead, rows } = attributed(
      engine([conv(10), slice(0)], latency(13)),
      engine([conv(10), slice(0)], latency(13)),
    )
    expect(overhead).toBeCloseTo(-3)
    expect(rows.map(({ a }) => a)).toEqual([13, 0])
  })

  test('what one constant cannot explain is unattributed', () => {
    const { unattributed, share } = attributed(
      engine([conv(104)], latency(100)),
      engine([conv(114)], latency(120)),
    )
    expect(unattributed.difference).toBeCloseTo(10)
    expect(share).toBeCloseTo(0.5)
  })

  test('may differ from engine to engine as far as the profiler does; the rest is unattributed', () => {
    const spread = (us: number, took: number, profilerSpread: number) =>
      engine([conv(us)], { ...latency(took), profilerSpread })
    // 9 and 11 us of 110 and 130: both within a tenth of 10.
    const within = attributed(spread(109, 100, 0.1), spread(131, 120, 0.1))
    expect(within.rows).toMatchObject([{ a: 100, b: 120, difference: 20 }])
    expect(within.unattributed.difference).toBeCloseTo(0)
    // 5 and 15 us: no more than 9 and 11 of them are the profiler's.
    const beyond = attributed(spread(105, 100, 0.1), spread(135, 120, 0.1))
    expect(beyond.rows).toMatchObject([{ a: 96, b: 124, difference: 28 }])
    expect(beyond.unattributed.difference).toBeCloseTo(-8)
  })

  test('is not guessed without latencies: totals are the sums of the profiles', () => {
    const { overhead, total, share } = attributed(engine([conv(104)], latency(100)), engine([conv(30)]))
    expect({ overhead, total, share }).toEqual({
      overhead: 0,
      total: { a: 104, b: 30, difference: -74 },
      share: undefined,
    })
  })
})
