import { describe, expect, test } from 'vitest'
import type { Explanation } from '../../../src/explain/explain.ts'
import { missing } from '../../support/shared.ts'
import { explained, recordings } from './recordings.ts'

const absent = missing(recordings.fp16)
const costs = ({ causes }: Explanation, engine: 'a' | 'b') =>
  Object.fromEntries(
    causes.filter(cause => cause.engine === engine).map(({ cause, microseconds }) => [cause, microseconds]),
  )
const layersOf = ({ causes }: Explanation, name: string) =>
  causes.find(({ cause }) => cause === name)!.costs.map(({ layer }) => layer.name)

// Medians of NVIDIA's recordings: fixtures README, section 1.
describe.skipIf(absent)('ResNet-18 on an A100, recorded by NVIDIA', () => {
  test('naive Q/DQ is 2.4% slower than half, because of reformats and residual additions', async () => {
    const explanation = await explained('fp16', 'qat')
    const { attribution, precisions, slower, sameNetwork } = explanation
    expect({ slower, sameNetwork }).toEqual({ slower: 'b', sameNetwork: true })
    expect(attribution.total.b / attribution.total.a).toBeCloseTo(1.024, 3)
    expect(attribution.share).toBeGreaterThan(0.8)
    expect(precisions.b.counts).toEqual({ int8: 22, half: 11, float: 4, other: 0 })
    const { sentence } = explanation.causes.find(({ cause }) => cause === 'conversions-added')!
    expect(sentence).toBe('12 layers only convert element type or memory layout, 2 in fp16')
    const quantize = [2, 15, 40, 65, 101, 126, 162, 187, 223, 250].map(number => `QuantizeLinear_${number}`)
    expect(layersOf(explanation, 'separate-qdq')).toEqual(quantize)
    expect(new Set(layersOf(explanation, 'conversions-added'))).toEqual(
      new Set([
        ...quantize,
        'Reformatting CopyNode for Output Tensor 0 to MaxPool_12',
        'Reformatting CopyNode for Input Tensor 0 to GlobalAveragePool_246',
      ]),
    )
    expect(explanation.causes.find(({ cause }) => cause === 'float-residual-add')!.sentence).toMatch(
      /^8 residual additions .* `inputs.4`/,
    )
    // The first convolution pays for its float output more than all others.
    const float = explanation.causes.find(({ cause }) => cause === 'int8-input-float-output')!
    expect(float.costs[0]!.layer.name).toContain('conv1.weight')
    expect(float.costs[0]!.microseconds).toBeCloseTo(90.1, 0)
    expect(layersOf(explanation, 'float-instead-of-half')).toEqual(['MaxPool_12'])
  })

  test('Q/DQ on the skip inputs takes the reformats away', async () => {
    const explanation = await explained('qat', 'residual')
    expect(explanation.slower).toBe('a')
    expect(costs(explanation, 'a')).toMatchObject({
      'conversions-added': expect.closeTo(143.5, 0),
      'float-residual-add': expect.closeTo(130.6, 0),
    })
    // One addition is left in float: the one that the average pool reads.
    expect(explanation.causes.find(({ engine }) => engine === 'b')!.sentence).toMatch(
      /^1 residual addition has quantized inputs but no quantized sum, .*`GlobalAveragePool_294`$/,
    )
  })

  test('and the average pool the last of them: its cost is the whole difference', async () => {
    const explanation = await explained('residual', 'qgap')
    const { difference } = explanation.attribution.total
    expect(difference).toBeCloseTo(-46, 0)
    expect(costs(explanation, 'a')['unquantized-sum']! / -difference).toBeCloseTo(1, 1)
    expect(explanation.causes[0]!.remedyId).toBe('quantize-average-pools')
    // What the engine without reformats pays instead: its INT8 kernel for the pool is slower than the float one.
    expect(layersOf(explanation, 'slower-int8-kernels')).toEqual(['GlobalAveragePool_300'])
  })

  test('engines in which Q/DQ nodes have shifted all numbers are aligned to the last layer', async () => {
    const pairs = [
      ['fp16', 'qat'],
      ['fp32', 'residual'],
      ['qat', 'qgap'],
    ] as const
    for (const [a, b] of pairs) {
      const { alignment } = await explained(a, b)
      expect(alignment.matched).toBeCloseTo(1)
      expect(alignment.groups.length).toBeGreaterThan(15)
    }
  })
})
