import { describe, expect, test } from 'vitest'
import { InputError } from '../../../src/errors.ts'
import { indexGraph } from '../../../src/onnx/graph.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { reduceWeights } from '../../../src/quantize/rewrites/reduce-weights.ts'
import { dequantized, nodeNamed, numbers, operators } from '../../support/describe-graph.ts'
import { buildModel, tensor } from '../../support/models/model-builder.ts'
import { sevenBitsFor } from '../../support/models/seven-bits.ts'
import { convRelu, residual } from '../../support/models/tiny-models.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

const reduce = (model: ModelProto, ...nodes: string[]) => reduceWeights(model, sevenBitsFor(nodes))
/** What 64 is instead of 127. */
const factor = 127 / 64

describe('stored integers', () => {
  const model = quantizeModel(quantizableForm(residual()), { ranges: unitRanges(residual()) })

  test('shrink to 7 bits, the scales of weight and bias grow', () => {
    const reduced = reduce(model, 'branch')
    for (const input of [1, 2]) {
      const before = dequantized(model, 'branch', input)
      const after = dequantized(reduced, 'branch', input)
      expect(after.scales).toEqual(before.scales.map(scale => factor * scale))
      const smaller = numbers(before.integers).map(integer => Math.abs(integer) / factor)
      for (const [i, integer] of numbers(after.integers).entries()) {
        expect(Math.abs(Math.abs(integer) - smaller[i]!)).toBeLessThanOrEqual(0.5001)
      }
    }
    const bias = dequantized(reduced, 'branch', 2).scales
    const unit = dequantized(reduced, 'branch', 0).scales[0]!
    const product = dequantized(reduced, 'branch', 1).scales.map(scale => scale * unit)
    for (const [i, scale] of bias.entries()) expect(scale / product[i]!).toBeCloseTo(1, 6)
  })

  test('channels without a limit keep their integers and scales', () => {
    const reduced = reduceWeights(model, new Map([['branch', new Map([[2, 91]])]]))
    for (const input of [1, 2]) {
      const before = dequantized(model, 'branch', input)
      const after = dequantized(reduced, 'branch', input)
      const perChannel = numbers(before.integers).length / before.scales.length
      expect(after.scales).toEqual(
        before.scales.map((scale, channel) => (channel === 2 ? (127 / 91) * scale : scale)),
      )
      for (const [i, integer] of numbers(after.integers).entries()) {
        if (Math.floor(i / perChannel) === 2) {
          if (input === 1) expect(Math.abs(integer)).toBeLessThanOrEqual(91)
        } else expect(integer).toBe(numbers(before.integers)[i])
      }
    }
  })

  test('other layers stay, and the old constants go', () => {
    const reduced = reduce(model, 'branch')
    for (const node of ['stem', 'head']) {
      expect(dequantized(reduced, node, 1)).toEqual(dequantized(model, node, 1))
    }
    expect(operators(reduced)).toEqual(operators(model))
    expect(reduced.graph!.initializer).toHaveLength(model.graph!.initializer.length)
  })

  test('nothing named, nothing changed; the model given never is', () => {
    const before = [...model.graph!.node]
    expect(reduce(model).graph).toEqual(model.graph)
    reduce(model, 'stem', 'branch', 'head')
    expect(model.graph!.node).toEqual(before)
  })
})

/** Two MatMuls whose weights, scale and zero point are the same initializers, one of them by way of Identity. */
function shared(): ModelProto {
  return buildModel({
    inputs: { x: [1, 2] },
    outputs: ['y'],
    nodes: [
      makeNode('QuantizeLinear', 'qw', ['w', 's', 'z'], ['w8'], { axis: 1n }),
      makeNode('DequantizeLinear', 'dq', ['w8', 's', 'z'], ['w1'], { axis: 1n }),
      makeNode('Identity', 'id', ['w1'], ['w2']),
      makeNode('MatMul', 'first', ['x', 'w1'], ['h']),
      makeNode('MatMul', 'second', ['h', 'w2'], ['y']),
    ],
    initializers: [
      // 0.13 lies beyond 127 steps of 0.001: what was clipped at 8 bits must not reach beyond 64 at 7.
      tensor('w', [2, 2], Float32Array.of(0.1, 0.5, 0.13, -0.3)),
      tensor('s', [2], Float32Array.of(0.001, 0.004)),
      tensor('z', [2], Int8Array.of(0, 0)),
    ],
  })
}

describe('floats in front of a QuantizeLinear, as PyTorch exports them', () => {
  test('a layer that shares them keeps its own', () => {
    const reduced = reduce(shared(), 'second')
    const second = dequantized(reduced, 'second', 1)
    // 0.1 / 0.001 is 100 of 127, and so on.
    expect(second.integers).toEqual(Int8Array.of(50, 63, 64, -38))
    expect(second.scales).toEqual(Float32Array.of(0.001, 0.004).map(scale => factor * scale))
    const { producer } = indexGraph(reduced.graph!)
    const first = producer.get(nodeNamed(reduced, 'first').input[1]!)!
    expect(first).toEqual(nodeNamed(shared(), 'dq'))
    expect(operators(reduced)).toEqual({ QuantizeLinear: 1, DequantizeLinear: 2, MatMul: 2 })
  })

  test('what no layer reads any more is removed', () => {
    const reduced = reduce(shared(), 'first', 'second')
    expect(operators(reduced)).toEqual({ DequantizeLinear: 1, MatMul: 2 })
    expect(reduced.graph!.initializer.map(({ name }) => name)).not.toContain('w')
  })

  test('the example that PyTorch wrote, with constants shared through Identity', async () => {
    const model = await readModel('examples/pytorch-digits/digits.qdq.onnx')
    const convolutions = model.graph!.node.filter(({ opType }) => opType === 'Conv')
    const [first, ...others] = convolutions.map(({ name }) => name)
    const reduced = reduce(model, first!)
    const { integers, scales } = dequantized(reduced, first!, 1)
    expect(Math.max(...numbers(integers).map(Math.abs))).toBeLessThanOrEqual(64)
    const scale = dequantized(model, first!, 1).scales
    expect(scales).toEqual(scale.map(value => factor * value))
    for (const name of others) expect(dequantized(reduced, name, 1)).toEqual(dequantized(model, name, 1))
  })
})

test('a layer that cannot be reduced is named', () => {
  expect(() => reduce(convRelu(), 'conv')).toThrow(InputError)
  expect(() => reduce(convRelu(), 'conv')).toThrow(
    'the weights of node conv cannot be reduced: its weights are not constants in symmetric INT8',
  )
  expect(() => reduce(convRelu(), 'none')).toThrow('the model has no such node')
})
