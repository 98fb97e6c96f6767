import { describe, expect, test } from 'vitest'
import { moves } from '../../../src/builder/tuned/moves.ts'
import { formatExplanation } from '../../../src/report/explanation/format-explanation.ts'
import { missing } from '../../support/shared.ts'
import { explained, recordings } from './recordings.ts'

const absent = missing(recordings.implicit64)

describe.skipIf(absent)('ResNet-20 on an H200 with TensorRT 10.6, batch 64', () => {
  test('implicit is faster with Half in 22 of 34 layers; explicit obeys INT8 in 24 of 41', async () => {
    const { attribution, precisions, slower, a, b } = await explained('implicit64', 'explicit64')
    expect(slower).toBe('b')
    expect(attribution.total).toMatchObject({ a: expect.closeTo(135.5, 1), b: expect.closeTo(166.4, 1) })
    expect(attribution.share).toBeGreaterThan(0.93)
    expect(precisions.a).toMatchObject({ layers: 34, counts: { int8: 6, half: 22, float: 6, other: 0 } })
    expect(precisions.b).toMatchObject({ layers: 41, counts: { int8: 24, half: 10, float: 6, other: 1 } })
    expect([a.quantization, b.quantization]).toEqual(['implicit', 'explicit'])
    expect(a.latency!.lower).toBeGreaterThan(135)
    expect(a.latency!.upper).toBeLessThan(136)
  })

  test('the added reformats and the DQ clones at the shortcuts cost it more than the difference', async () => {
    const { causes, attribution } = await explained('implicit64', 'explicit64')
    const cause = (name: string) => causes.find(found => found.cause === name && found.engine === 'b')!
    expect(cause('conversions-added').sentence).toMatch(/^10 layers only convert .*, 6 in implicit64$/)
    expect(cause('conversions-added').microseconds).toBeGreaterThan(attribution.total.difference)
    expect(cause('dequantized-branch').costs.map(({ layer }) => layer.name)).toEqual([
      '/layer1/layer1.2/Relu_1_output_0_DQ_clone_1',
      '/layer2/layer2.2/Relu_1_output_0_DQ_clone_1',
    ])
    // The third clone is made for an addition whose sum an average pool reads in float.
    expect(cause('unquantized-sum').costs.map(({ layer }) => layer.name)).toContain(
      '/layer3/layer3.1/Relu_1_output_0_DQ_clone_1',
    )
    expect(cause('float-residual-add').sentence).toContain('`/layer2/layer2.0/shortcut/Pad_output_0`')
  })

  test('nothing about Q/DQ pairs is said of the implicit engine, which has none', async () => {
    const { causes } = await explained('implicit64', 'explicit64')
    const texts = causes
      .filter(({ engine }) => engine === 'a')
      .map(({ sentence, remedy }) => sentence + (remedy ?? ''))
    expect(texts.join()).not.toMatch(/Q\/DQ|pair/)
  })

  test('causes of the explicit engine name the moves that placement `tuned` has for them', async () => {
    const { causes } = await explained('implicit64', 'explicit64')
    const movesOf = (name: string) =>
      causes.find(found => found.cause === name && found.engine === 'b')?.moves
    expect(movesOf('dequantized-branch')).toEqual(['skip inputs in', 'residual blocks out'])
    expect(movesOf('float-residual-add')).toEqual(['skip inputs in', 'residual blocks out'])
    // Its sum is read by the average pool.
    expect(movesOf('unquantized-sum')).toEqual(['pairs behind pools', 'pools out'])
    expect(movesOf('separate-qdq')).toEqual(['first layer out'])
    const named = causes.flatMap(({ moves = [] }) => moves)
    expect(moves.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
    expect(causes.filter(({ engine, moves }) => engine === 'a' && moves)).toEqual([])
    const text = formatExplanation(await explained('implicit64', 'explicit64')).replaceAll(/\s+/g, ' ')
    expect(text).toContain('; placement `tuned` tries `skip inputs in` or `residual blocks out`.')
  })

  test('at batch 1, where the profiles say another thing than the latencies, little is attributed', async () => {
    const { attribution } = await explained('implicit1', 'explicit1')
    expect(attribution.share).toBe(0)
    expect(attribution.unattributed.difference).toBeLessThan(-60)
  })
})
