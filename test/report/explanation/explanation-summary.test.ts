import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/explain/explain.ts'
import { explanationSummary } from '../../../src/report/explanation/explanation-summary.ts'
import { engine, latency } from '../../explain/profiles.ts'

const conv = (type: string, us: number) => ({ name: 'conv', nodes: '/Conv', inputs: `x:${type}`, us })
const summary = (...engines: Parameters<typeof explain>) => explanationSummary(explain(...engines)).join('\n')

describe('which is faster', () => {
  const at = (name: string, us: number) => engine([conv('half', us + 5)], { name, ...latency(us) })

  test('the second, the first, or neither', () => {
    expect(summary(at('a', 100), at('b', 80))).toContain('b is faster than a by 20.0 µs, 20.0%')
    expect(summary(at('a', 100), at('b', 130))).toContain('b is slower by 30.0 µs, 30.0%')
    expect(summary(at('a', 100), at('b', 100))).toContain('these times show no difference')
  })

  test('milliseconds from 10 ms on', () => {
    expect(summary(at('a', 20_000), at('b', 25_000))).toContain('b is slower by 5.000 ms, 25.0%')
  })
})

describe('how much is INT8', () => {
  const half = engine([conv('half', 15)], { name: 'a', quantization: 'implicit', ...latency(10) })
  const int8 = engine([conv('int8', 25)], { name: 'b', ...latency(20) })

  test('of both, and that it is not what makes the other one faster', () => {
    const text = summary(half, int8)
    expect(text).toContain(
      'a runs 0 of its 1 layers (0% of the profiled time) in INT8, as the builder chose, 1 in half',
    )
    expect(text).toContain(
      'b runs 1 of its 1 layers (100% of the profiled time) in INT8, as its Q/DQ nodes say',
    )
    expect(text).toContain(
      'So it is not INT8 that makes a the faster one: left free, the builder chose otherwise',
    )
  })

  test('nothing is concluded where the faster one has more of it', () => {
    expect(summary({ ...half, ...latency(30) }, int8)).not.toContain('So it is not INT8')
  })
})

describe('how much is attributed', () => {
  test('a share, with what is taken off', () => {
    const a = engine([conv('half', 105)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 125)], { name: 'b', ...latency(123) })
    expect(summary(a, b)).toContain('attributed: 87% of the difference (+20.0 of +23.0 µs); 3.5 µs a layer')
  })

  test.for([
    [16.9, '+16.9'],
    [23.1, '+23.1'],
  ] as const)('rows that add up to %f of 20 µs are no bill', ([profiled, shown]) => {
    const a = engine([conv('half', 100)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 100 + profiled)], { name: 'b', ...latency(120) })
    expect(summary(a, b)).toContain(
      `by the profiles the layers differ by ${shown} µs, by the latencies the engines differ by +20.0 µs. So the rows show where the profiles differ, not where the latency goes: a profiler adds more to one layer than to another`,
    )
  })

  test.for([17.1, 22.9])('rows that add up to %f of 20 µs are one', profiled => {
    const a = engine([conv('half', 100)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 100 + profiled)], { name: 'b', ...latency(120) })
    expect(summary(a, b)).toMatch(/attributed: 8[56]% of the difference \(/)
  })

  test('time between layers is added', () => {
    const a = engine([conv('half', 90)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 110)], { name: 'b', ...latency(120) })
    expect(summary(a, b)).toContain('10.0 µs a layer are added for the time between layers')
  })

  test('profiles that say another thing than the latencies are not trusted', () => {
    const a = engine([conv('half', 100)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 200)], { name: 'b', ...latency(110) })
    expect(summary(a, b)).toContain(
      'attributed: 0% of the difference: by the profiles the layers differ by +100.0 µs, by the latencies the engines differ by +10.0 µs',
    )
  })
})

describe('on a busy machine', () => {
  test('what a profiler cannot have taken is named, and nothing attributed', () => {
    const a = engine([conv('half', 1100), { ...conv('half', 900), name: 'b' }], {
      name: 'a',
      ...latency(100),
    })
    const b = engine([conv('half', 1300), { ...conv('half', 900), name: 'b' }], {
      name: 'b',
      ...latency(300),
    })
    expect(summary(a, b)).toMatch(
      /attributed: nothing, because \d+\.\d µs a layer are taken off for the profiler, and a profiler takes a few microseconds: other processes had the CPU while layers were profiled/,
    )
  })

  test('of a slow model a few percent are as much', () => {
    const slow = (us: number) => engine([conv('half', us + 200)], { name: `${us}`, ...latency(us) })
    expect(summary(slow(9000), slow(9500))).toContain('attributed: 100% of the difference')
  })

  test('causes that add up to several times the difference are no bill', () => {
    const a = engine([conv('half', 100)], { name: 'a', ...latency(100) })
    const b = engine([conv('half', 200)], { name: 'b', ...latency(110) })
    const named = (microseconds: number) =>
      explanationSummary({ ...explain(a, b), named: microseconds }).join('\n')
    expect(named(11)).toContain(
      'attributed: 110% of the difference (+11.0 of +10.0 µs) to layers with a cause',
    )
    expect(named(48)).toContain(
      'by the profiles the layers differ by +48.0 µs, by the latencies the engines differ by +10.0 µs. So the rows show',
    )
  })
})

test('work that only one engine does is told apart', () => {
  const pad = { name: 'pad', nodes: '/Pad', inputs: 'x:half', us: 8 }
  const a = engine([conv('half', 100)], { name: 'a' })
  const b = engine([conv('half', 100), pad], { name: 'b' })
  expect(summary(a, b)).toContain(
    'Work that the other one has no layer for takes 0.0 µs in a and 8.0 µs in b.',
  )
  expect(summary(a, a)).not.toContain('no layer for')
})
