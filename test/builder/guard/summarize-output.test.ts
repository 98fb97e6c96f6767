import { describe, expect, test } from 'vitest'
import { decidingSqnr, holdsBound, missCounter } from '../../../src/builder/guard/output-errors.ts'
import { type OutputPair, summarizeOutput } from '../../../src/builder/guard/summarize-output.ts'

const floats = (...values: number[]) => ({
  isFloat: true,
  shape: [values.length],
  data: Float64Array.from(values),
})
const pair = (reference: number[], output: number[]): OutputPair => ({
  reference: floats(...reference),
  output: floats(...output),
})
const integers = (reference: number[], output: number[]): OutputPair => ({
  reference: { isFloat: false, shape: [reference.length], data: BigInt64Array.from(reference, BigInt) },
  output: { isFloat: false, shape: [output.length], data: BigInt64Array.from(output, BigInt) },
})

describe('an output of floats', () => {
  test('has the median, the worst sample, and all samples as one vector', () => {
    // 20 dB, 40 dB and 14 dB; |y|² = 25 each, |y - y'|² = 0.25 + 0.0025 + 1.
    const { sqnr, cosine } = summarizeOutput('y', [
      pair([3, 4], [3, 4.5]),
      pair([3, 4], [3, 4.05]),
      pair([3, 4], [3, 5]),
    ])
    expect(sqnr!.median).toBeCloseTo(20, 9)
    expect(sqnr!.worst).toBeCloseTo(10 * Math.log10(25), 9)
    expect(sqnr!.overall).toBeCloseTo(10 * Math.log10(75 / 1.2525), 9)
    expect(cosine!.worst).toBeCloseTo(29 / (5 * Math.sqrt(34)), 9)
  })

  test('says of how many samples float itself makes no numbers', () => {
    const output = summarizeOutput('y', [pair([3, NaN], [3, NaN]), pair([3, 4], [3, 4.5])])
    expect(output).toMatchObject({ notNumbers: 1, sqnr: { worst: expect.closeTo(20, 9) } })
  })

  test('is decided by loud samples that are wrong as by the median', () => {
    const right = pair([1, 1], [1, 1.001])
    const wrong = pair([30, 40], [-30, 40])
    const output = summarizeOutput('y', [right, right, right, wrong])
    expect(output.sqnr!.median).toBeGreaterThan(50)
    expect(decidingSqnr(output)).toBeLessThan(5)
    expect(holdsBound({ samples: 4, heldBack: true, outputs: [output] }, 15)).toBe(false)
  })

  test('may be 9 dB farther from float in single samples, and in one of twenty as far as it likes', () => {
    // 54 dB, 14 dB and 2 dB.
    const right = Array<OutputPair>(19).fill(pair([3, 4], [3, 4.01]))
    const [near, far] = [pair([3, 4], [3, 5]), pair([3, 4], [3, 8])]
    const holds = (...pairs: OutputPair[]) =>
      holdsBound({ samples: pairs.length, heldBack: true, outputs: [summarizeOutput('y', pairs)] }, 15)
    expect(holds(...right, near)).toBe(true)
    expect(holds(...right, ...right, far)).toBe(true)
    expect(holds(...right, far)).toBe(false)
    expect(holds(...right, ...right, far, far)).toBe(false)
    expect(decidingSqnr(summarizeOutput('y', [...right.slice(1), near]))).toBeCloseTo(
      10 * Math.log10(25) + 9,
      9,
    )
  })

  test('cannot hold a bound any more once too many inferences missed it', () => {
    const inference = (worst: number, name = 'y') => [
      { name, sqnr: { median: worst, p5: worst, worst, overall: worst } },
    ]
    const missed = missCounter(15, 40)
    expect([5, 14, 5].map(worst => missed(inference(worst)))).toEqual([false, false, false])
    expect([missed(inference(5, 'z')), missed(inference(5))]).toEqual([false, true])
    const half = missCounter(15, 4)
    expect([14, 20, 14, 14].map(worst => half(inference(worst)))).toEqual([false, false, false, true])
  })

  test('holds a bound by a margin where few samples say so, as their spread asks', () => {
    const holds = (samples: number, median: number, p5: number) => {
      const output = { name: 'y', sqnr: { median, p5, worst: p5, overall: 18 } }
      return holdsBound({ samples, heldBack: true, outputs: [output] }, 15)
    }
    // The worst of 32 normal values lies 2.08 deviations below the median, the worst of 4 lies 1.05, of 16 1.77.
    expect(holds(4, 22, 8.5)).toBe(false)
    expect(holds(16, 22, 8.5)).toBe(true)
    expect(holds(64, 22, 6)).toBe(true)
    expect(holds(4, 18.5, 10)).toBe(true)
    // 3 dB are the most that are asked for.
    expect(holds(2, 90, 9.1)).toBe(true)
    expect(holds(2, 90, 8.9)).toBe(false)
  })

  test('is not decided by a sample in which it is nearly silent, unless INT8 is loud in it', () => {
    const right = pair([3, 4], [3, 4.01])
    const quiet = summarizeOutput('y', [right, pair([0.01, 0], [0.02, 0]), right])
    expect(quiet).toMatchObject({ quiet: 1, cosine: { worst: expect.closeTo(1, 4) } })
    // A tenth of the mean energy, (25 + 25) / 30, to the error, 0.0001.
    expect(quiet.sqnr!.worst).toBeCloseTo(10 * Math.log10(50 / 30 / 1e-4), 3)
    const invented = summarizeOutput('y', [right, pair([0.01, 0], [3, 0]), right])
    expect(decidingSqnr(invented)).toBeLessThan(5)
    expect(summarizeOutput('y', [right, pair([0, 0], [3, 0]), right])).toMatchObject({
      silent: 1,
      sqnr: { worst: expect.closeTo(10 * Math.log10(50 / 30 / 9), 3) },
    })
  })

  test('of some samples is measured against all that there are', () => {
    const [loud, quiet] = [pair([3, 4], [3, 4.01]), pair([0.01, 0], [0.02, 0])]
    const all = [loud, quiet, loud]
    const of = (pairs: OutputPair[]) =>
      summarizeOutput(
        'y',
        pairs,
        all.map(({ reference }) => reference),
      )
    expect(of([quiet])).toMatchObject({ quiet: 1, sqnr: { worst: of(all).sqnr!.worst } })
  })

  test('that is all zeros has no signal', () => {
    expect(summarizeOutput('y', [pair([0, 0], [0, 1e-3]), pair([0, 0], [0, 0])])).toEqual({
      name: 'y',
      silent: 2,
    })
    expect(summarizeOutput('y', [pair([0, 0], [0, 0])]).sqnr!.worst).toBe(200)
    expect(summarizeOutput('y', [pair([-Infinity], [-Infinity])]).sqnr!.worst).toBe(200)
    expect(summarizeOutput('y', [pair([0, 0], [NaN, 0])]).sqnr!.overall).toBe(-200)
  })

  test('that is NaN where float is not has no decibels left; equal ones have 200', () => {
    expect(summarizeOutput('y', [pair([1, 2], [1, NaN])])).toMatchObject({
      sqnr: { median: -200, p5: -200, worst: -200, overall: -200 },
      cosine: { median: 0 },
    })
    expect(summarizeOutput('y', [pair([1, NaN], [1, NaN])]).sqnr!.worst).toBe(200)
  })

  test('of another size in a sample, or not there, is left out and counted', () => {
    expect(summarizeOutput('y', [pair([1], [1, 2]), pair([1], [1])])).toMatchObject({
      unlike: 1,
      sqnr: { worst: 200 },
    })
    expect(summarizeOutput('y', [{ reference: floats(1), output: undefined }])).toEqual({
      name: 'y',
      unlike: 1,
    })
  })

  test('without values is equal', () => {
    expect(summarizeOutput('y', [pair([], [])]).sqnr!.worst).toBe(200)
  })
})

test('integers mean what they say: the share that is equal counts, and decides nothing', () => {
  const output = summarizeOutput('label', [
    integers([1, 2, 3, 4], [1, 2, 3, 4]),
    integers([1, 2], [1, 3]),
    integers([], []),
  ])
  expect(output).toEqual({ name: 'label', equal: { median: 1, worst: 0.5 } })
  expect(decidingSqnr(output)).toBe(Infinity)
})

test('bytes are told by how much they are apart, unless they are booleans', () => {
  const bytes = (...data: number[]) => ({
    isFloat: false,
    shape: [data.length],
    data: Uint8Array.from(data),
  })
  const apart = (reference: number[], output: number[]) =>
    summarizeOutput('y', [{ reference: bytes(...reference), output: bytes(...output) }])
  expect(apart([7, 9, 255, 3], [8, 9, 253, 3])).toEqual({
    name: 'y',
    equal: { median: 0.5, worst: 0.5 },
    apart: 2,
  })
  expect(apart([7, 9], [7, 9])).not.toHaveProperty('apart')
  expect(apart([0, 1], [1, 0])).not.toHaveProperty('apart')
})
