import { describe, expect, test } from 'vitest'
import { inputMeans } from '../../src/calibration/input-means.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { floatData } from '../../src/onnx/tensor.ts'
import { meanWeightError } from '../../src/quantize/bias-correction.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { weightedNode } from '../../src/quantize/weighted-node.ts'
import { dequantized, numbers } from '../support/describe-graph.ts'
import { buildModel, randomTensor, tensor } from '../support/models/model-builder.ts'
import { randomFloats } from '../support/random-floats.ts'
import { unitRanges } from '../support/unit-ranges.ts'

/** A node with weights and no bias as `meanWeightError` takes it. */
function weighted(opType: string, weights: Float32Array, shape: number[], attributes = {}) {
  const node = makeNode(opType, 'node', ['x', 'w'], ['y'], attributes)
  const model = buildModel({
    inputs: { x: [1] },
    outputs: ['y'],
    nodes: [node],
    initializers: [tensor('w', shape, weights)],
  })
  return weightedNode(indexGraph(model.graph!), model.graph!.node[0]!)!
}

describe('what rounding weights adds to an output on average', () => {
  const scales = Float32Array.of(1)
  const means = (...values: number[]) => Float32Array.from(values)

  test('is the error of each weight times the mean of its input', () => {
    const rounded = { data: Int8Array.of(1, 2, 3, 4), scales }
    const exact = Float32Array.of(0.5, 2, 3, 4.25)
    // Conv [outputs, inputs, 1, 1]; Gemm [inputs, outputs], turned round by transB.
    const conv = weighted('Conv', exact, [2, 2, 1, 1])
    expect([...meanWeightError(conv, rounded, undefined, means(10, 100))!]).toEqual([5, -25])
    const gemm = weighted('Gemm', exact, [2, 2])
    expect([...meanWeightError(gemm, rounded, undefined, means(10, 100))!]).toEqual([5, -25])
    const transposed = weighted('Gemm', exact, [2, 2], { transB: 1n })
    expect([...meanWeightError(transposed, rounded, undefined, means(10, 100))!]).toEqual([5, -25])
    const matMul = weighted('MatMul', Float32Array.of(0.5, 2, 3.5, 4), [2, 2])
    expect([...meanWeightError(matMul, rounded, undefined, means(10, 100))!]).toEqual([5 - 50, 0])
  })

  test('adds up over the taps of a kernel, and takes the inputs of the own group', () => {
    const exact = Float32Array.of(0.5, 1, 2, 2.5)
    const depthwise = weighted('Conv', exact, [2, 1, 1, 2], { group: 2n })
    const rounded = { data: Int8Array.of(1, 1, 2, 3), scales }
    expect([...meanWeightError(depthwise, rounded, undefined, means(10, 100))!]).toEqual([5, 50])
  })

  test('is unknown where channels lie otherwise', () => {
    const rounded = { data: Int8Array.of(1, 2), scales }
    const convTranspose = weighted('ConvTranspose', Float32Array.of(1, 2), [1, 2, 1, 1])
    expect(meanWeightError(convTranspose, rounded, undefined, means(1))).toBeUndefined()
  })
})

test('biases take it off: with mean inputs, dequantized weights and bias give the exact mean output', async () => {
  const [inputs, outputs, samples] = [8, 4, 40]
  const model = buildModel({
    inputs: { x: ['n', inputs, 3, 3] },
    outputs: ['y'],
    nodes: [makeNode('Conv', 'conv', ['x', 'w', 'b'], ['y'], { kernel_shape: [1n, 1n] })],
    initializers: [randomTensor('w', [outputs, inputs, 1, 1]), randomTensor('b', [outputs])],
  })
  const x = randomFloats(samples * inputs * 9, 'samples', 0.5).map(value => value + 0.5)
  const data = {
    source: 'samples',
    sha256: '',
    size: samples,
    inputs: new Map([['x', { shape: [samples, inputs, 3, 3], data: x }]]),
  }
  const means = await inputMeans(model, { data, batch: 1, threads: 1 })
  const mean = means.get('conv')!
  for (const channel of mean.keys()) {
    const values = x.filter((_, i) => Math.floor(i / 9) % inputs === channel)
    expect(mean[channel]).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 4)
  }

  const ranges = unitRanges(model)
  const [weights, bias] = [floatData(model.graph!.initializer[0]!), floatData(model.graph!.initializer[1]!)]
  const meanOutput = (w: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(b, (value, o) => value + mean.reduce((sum, m, i) => sum + m * w[o * inputs + i]!, 0))
  const error = (quantized: ReturnType<typeof quantizeModel>) => {
    const stored = (input: number) => {
      const { integers, scales } = dequantized(quantized, 'conv', input)
      const perChannel = integers!.length / scales.length
      return numbers(integers).map((value, i) => value * scales[Math.floor(i / perChannel)]!)
    }
    const exact = meanOutput(weights, bias)
    return Math.max(...meanOutput(stored(1), stored(2)).map((value, o) => Math.abs(value - exact[o]!)))
  }
  const plain = error(quantizeModel(quantizableForm(model), { ranges }))
  const corrected = error(quantizeModel(quantizableForm(model), { ranges, inputMeans: means }))
  expect(corrected).toBeLessThan(plain / 20)
})
