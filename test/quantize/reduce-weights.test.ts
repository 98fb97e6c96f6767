import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { roundHalfEven } from '../../src/quantize/affine.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { reduceWeights } from '../../src/quantize/reduce-weights.ts'
import { dequantized, nodeNamed, numbers, operators } from '../support/describe-graph.ts'
import { buildModel, tensor } from '../support/model-builder.ts'
import { convRelu, residual } from '../support/tiny-models.ts'
import { unitRanges } from '../support/unit-ranges.ts'

const reduce = (model: ModelProto, ...nodes: string[]) => reduceWeights(model, new Set(nodes))

describe('stored integers', () => {
  const model = quantizeModel(residual(), { ranges: unitRanges(residual()) })

  test('are halved, the scales of weight and bias doubled', () => {
    const reduced = reduce(model, 'branch')
    for (const input of [1, 2]) {
      const before = dequantized(model, 'branch', input)
      const after = dequantized(reduced, 'branch', input)
      expect(after.scales).toEqual(before.scales.map(scale => 2 * scale))
      const halves = numbers(before.integers).map(integer => roundHalfEven(integer / 2) + 0)
      expect(numbers(after.integers)).toEqual(halves)
    }
    const bias = dequantized(reduced, 'branch', 2).scales
    const unit = dequantized(reduced, 'branch', 0).scales[0]!
    expect(bias).toEqual(dequantized(reduced, 'branch', 1).scales.map(scale => scale * unit))
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
    expect(second.integers).toEqual(Int8Array.of(50, 62, 64, -38))
    expect(second.scales).toEqual(Float32Array.of(0.002, 0.008))
    const { producer } = indexGraph(reduced.graph!)
    const first = producer.get(nodeNamed(reduced, 'first').input[1]!)!
    expect(first).toEqual(nodeNamed(shared(), 'dq'))
    expect(operators(reduced)).toEqual({ QuantizeLinear: 1, DequantizeLinear: 2, MatMul: 2 })
  })

  test('what no layer reads any more is removed', () => {
    const reduced = reduce(shared(), 'first', 'second')
    expect(operators(reduced)).toEqual({ DequantizeLinear: 2, MatMul: 2 })
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
    expect(scales).toEqual(scale.map(value => 2 * value))
    for (const name of others) expect(dequantized(reduced, name, 1)).toEqual(dequantized(model, name, 1))
  })
})

test('a layer that cannot be reduced is named', () => {
  expect(() => reduce(convRelu(), 'conv')).toThrow(InputError)
  expect(() => reduce(convRelu(), 'conv')).toThrow(
    'the weights of node conv cannot be reduced to 7 bits: its weights are not constants in symmetric INT8',
  )
  expect(() => reduce(convRelu(), 'none')).toThrow('the model has no such node')
})
