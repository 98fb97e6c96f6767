import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { indexGraph } from '../../src/onnx/graph.ts'
import { makeNode } from '../../src/onnx/node.ts'
import type { ModelProto } from '../../src/onnx/onnx_pb.ts'
import { chooseInt8Nodes } from '../../src/quantize/choose-int8-nodes.ts'
import { placementModel } from '../../src/quantize/placement.ts'
import type { PlacementName } from '../../src/quantize/placements.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { dequantized, nodeNamed, operators, quantizedTensors } from '../support/describe-graph.ts'
import { buildModel, conv, randomTensor, tensor } from '../support/models/model-builder.ts'
import { sevenBitsFor } from '../support/models/seven-bits.ts'
import { convRelu, convRelu6, gemm, matMulAdd, residual, silu } from '../support/models/tiny-models.ts'
import { quantizableNodes } from '../support/quantizable-nodes.ts'
import { unitRanges } from '../support/unit-ranges.ts'

const quantize = (model: ModelProto, placement: PlacementName, int8?: readonly string[]) =>
  quantizeModel(quantizableForm(model), {
    ranges: unitRanges(model),
    placement,
    ...(int8 && { precision: ({ name }) => (int8.includes(name) ? 'int8' : 'float') }),
  })

/** x -> Conv -> Relu (l) and x -> Conv -> Relu (m), joined (c) -> Conv -> y */
function fire(outputs = ['y'], right: 'Relu' | 'Sigmoid' = 'Relu'): ModelProto {
  const parts = [
    conv('left', 'x', 'a', [4, 8]),
    conv('right', 'x', 'b', [4, 8]),
    conv('head', 'c', 'y', [16, 4]),
  ]
  const [left, other, head] = parts
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs,
    nodes: [
      ...left!.nodes,
      makeNode('Relu', 'relu', ['a'], ['l']),
      ...other!.nodes,
      makeNode(right, 'right_act', ['b'], ['m']),
      makeNode('Concat', 'join', ['l', 'm'], ['c'], { axis: 1n }),
      ...head!.nodes,
    ],
    initializers: parts.flatMap(({ initializers }) => initializers),
  })
}

describe('openvino placement', () => {
  const scalesOf = (model: ModelProto, placement: PlacementName) => {
    const ranges = new Map(unitRanges(model))
    for (const [name, max] of Object.entries({ l: 1, m: 3, c: 4 })) ranges.set(name, { min: 0, max })
    const made = quantizeModel(quantizableForm(model), { ranges, placement })
    return [0, 1].map(input => dequantized(made, 'join', input).scales[0]! * 255)
  }

  test('what a Concat joins has the range of the whole', () => {
    expect(scalesOf(fire(), 'openvino').map(Math.round)).toEqual([4, 4])
    expect(scalesOf(fire(), 'onnxruntime').map(Math.round)).toEqual([1, 3])
  })

  test('not what somebody else reads too, is an output, or ends elsewhere than its neighbour', () => {
    expect(scalesOf(fire(['y', 'l']), 'openvino').map(Math.round)).toEqual([1, 3])
    expect(scalesOf(fire(['y'], 'Sigmoid'), 'openvino').map(Math.round)).toEqual([1, 3])
  })
})

describe('onnxruntime placement', () => {
  test('Relu goes before the Q that takes its place', () => {
    expect(quantizedTensors(quantize(convRelu(), 'onnxruntime'))).toEqual(['x', 'y_float'])
  })

  test('all three tensors of a SiLU', () => {
    expect(quantizedTensors(quantize(silu(), 'onnxruntime'))).toEqual(['x', 'c', 's', 'y_float'])
  })

  test('both inputs of a residual Add, and one grid on both sides of MaxPool', () => {
    const model = quantize(residual(), 'onnxruntime')
    expect(quantizedTensors(model)).toEqual(['x', 'r', 'b', 'q', 'p', 'y_float'])
    const before = dequantized(model, 'pool', 0)
    const after = dequantized(model, 'head', 0)
    expect([after.scales, after.zeroPoints]).toEqual([before.scales, before.zeroPoints])
  })

  test('an operator that only moves values on their way out stays in float', () => {
    const model = buildModel({
      ...inGraph(residual()),
      outputs: ['p'],
      nodes: residual().graph!.node.slice(0, -1),
    })
    expect(quantizedTensors(quantize(model, 'onnxruntime'))).toEqual(['x', 'r', 'b', 'q'])
  })

  test('a final Gemm writes floats; MatMul does not where an Add follows', () => {
    expect(quantizedTensors(quantize(gemm(), 'onnxruntime'))).toEqual(['x', 'r'])
    const onlyProduct = quantize(matMulAdd(), 'onnxruntime', ['matmul'])
    expect(quantizedTensors(onlyProduct)).toEqual(['x', 'm'])
  })

  test('a constant operand is stored as integers', () => {
    const model = quantize(matMulAdd(), 'onnxruntime')
    expect(quantizedTensors(model)).toEqual(['x', 'm', 'y_float'])
    expect(dequantized(model, 'add', 1).integers).toBeInstanceOf(Uint8Array)
  })

  test('nodes that the caller wants in float stay without pairs', () => {
    const model = quantize(residual(), 'onnxruntime', ['stem'])
    expect(quantizedTensors(model)).toEqual(['x', 'r'])
    expect(quantize(residual(), 'onnxruntime', []).graph!.node).toEqual(residual().graph!.node)
  })

  test('the last Softmax stays in float, one in the middle does not', () => {
    const nodes = (last: string) => [
      makeNode('Softmax', 'softmax', ['x'], [last]),
      ...(last === 's' ? [makeNode('Sigmoid', 'sigmoid', ['s'], ['y'])] : []),
    ]
    const names = (last: string) =>
      quantizableNodes(buildModel({ inputs: { x: [1, 4] }, outputs: ['y'], nodes: nodes(last) }))
    expect(names('y')).toEqual([])
    expect(names('s').map(({ op }) => op)).toEqual(['Softmax', 'Sigmoid'])
  })

  test('the grid of a folded Clip never reaches beyond its bounds', () => {
    for (const max of [0.7, 3, 5.9999, 6, 7, 1000]) {
      const ranges = unitRanges(convRelu6(), { min: -2, max })
      const model = quantizeModel(quantizableForm(convRelu6()), { ranges })
      const quantizer = model.graph!.node.find(({ input }) => input[0] === 'y_float')!
      expect(quantizer.opType).toBe('QuantizeLinear')
      const { scales, zeroPoints } = outputGrid(model)
      expect(zeroPoints).toEqual(Uint8Array.of(0))
      expect(Math.fround(255 * scales[0]!)).toBeLessThanOrEqual(6)
      expect(255 * scales[0]!).toBeCloseTo(Math.min(max, 6), 4)
    }
  })
})

test('tensorrt placement: pairs on inputs and the skip connection, float weights, no pair on outputs or biases', () => {
  const model = quantize(residual(), 'tensorrt')
  const weights = ['stem.weight', 'branch.weight', 'head.weight']
  expect(quantizedTensors(model).sort()).toEqual(['p', 'r', 'r', 'x', ...weights].sort())
  expect(dequantized(model, 'stem', 0).zeroPoints).toEqual(Int8Array.of(0))
  expect(model.graph!.initializer.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['stem.weight', 'stem.bias']),
  )
})

describe('placements of tools for TensorRT', () => {
  test('modelopt: one pair per tensor, also where a skip connection reads it; few channels stay in float', () => {
    const model = quantize(residual(), 'modelopt')
    expect(quantizedTensors(model)).toEqual(['x', 'stem.weight', 'branch.weight', 'head.weight', 'r', 'p'])
    const { producer } = indexGraph(model.graph!)
    const [branch, skip] = [nodeNamed(model, 'branch').input[0]!, nodeNamed(model, 'add').input[1]!]
    expect(producer.get(branch)).toBe(producer.get(skip))
    const small = conv('small', 'x', 'y', [4, 6])
    const few = buildModel({ inputs: { x: [1, 4, 8, 8] }, outputs: ['y'], ...small })
    expect(quantizableNodes(few, 'modelopt')).toEqual([])
    expect(quantizableNodes(gemm(), 'modelopt').map(({ name }) => name)).toEqual(['hidden'])
  })

  test('pytorch-quantization: a pair for each layer, none on skip connections, one before average pools', () => {
    const model = quantize(residual(), 'pytorch-quantization')
    expect(quantizedTensors(model)).toEqual(['x', 'stem.weight', 'branch.weight', 'head.weight', 'r', 'p'])
    expect(nodeNamed(model, 'add').input).toEqual(['b', 'r'])
    const [left, right] = [conv('left', 'x', 'l', [4, 4]), conv('right', 'x', 'm', [4, 4])]
    const shared = buildModel({
      inputs: { x: [1, 4, 8, 8] },
      outputs: ['l', 'y'],
      nodes: [...left.nodes, ...right.nodes, makeNode('GlobalAveragePool', 'pool', ['m'], ['y'])],
      initializers: [...left.initializers, ...right.initializers],
    })
    const tensors = quantizedTensors(quantize(shared, 'pytorch-quantization'))
    expect(tensors.filter(name => !name.includes('weight'))).toEqual(['x', 'x', 'm'])
  })
})

describe('nncf: one pair per tensor on the inputs of products', () => {
  const attention = (outputs = ['y']) =>
    buildModel({
      inputs: { x: [1, 6, 4] },
      outputs,
      nodes: [
        makeNode('MatMul', 'q', ['x', 'wq'], ['q']),
        makeNode('MatMul', 'k', ['x', 'wk'], ['k']),
        makeNode('MatMul', 'v', ['x', 'wv'], ['v']),
        makeNode('Transpose', 'turn', ['k'], ['t'], { perm: [0n, 2n, 1n] }),
        makeNode('MatMul', 'scores', ['q', 't'], ['s']),
        makeNode('Softmax', 'softmax', ['s'], ['p']),
        makeNode('MatMul', 'mixed', ['p', 'v'], ['y']),
      ],
      initializers: ['wq', 'wk', 'wv'].map(name => randomTensor(name, [4, 4])),
    })
  const activations = (model: ModelProto, int8?: readonly string[]) =>
    quantizedTensors(quantize(model, 'nncf', int8)).filter(name => !name.startsWith('w'))

  test('of two activations, too: before a Transpose, so that the product before it writes INT8', () => {
    expect(activations(attention())).toEqual(['x', 'q', 'k', 'v', 'p'])
  })

  test('behind a Transpose whose input somebody else needs as it is', () => {
    expect(activations(attention(['y', 't']))).toContain('t')
    const read = attention()
    read.graph!.node.push(makeNode('Relu', 'other', ['k'], ['z']))
    expect(activations(read)).toContain('t')
  })

  test('none where the product stays in float', () => {
    expect(activations(attention(), ['q', 'k', 'v', 'mixed'])).toEqual(['x', 'v', 'p'])
  })

  test('a product that 8 bits cannot hold is left out with its pairs', () => {
    const model = quantizableForm(attention())
    const ranges = new Map(
      [...unitRanges(model.model)].map(([name, range]) => [
        name,
        name === 's' ? { min: -200, max: 200 } : range,
      ]),
    )
    const { nodes, inFloat } = chooseInt8Nodes(placementModel(model.model), 'nncf', ranges)
    expect(nodes.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'mixed'])
    expect([...inFloat].map(([{ name }]) => name)).toEqual(['scores'])
  })
})

test('everywhere placement: each float activation', () => {
  const model = quantize(silu(), 'everywhere')
  expect(quantizedTensors(model)).toEqual(['x', 'c', 's', 'y_float'])
  expect(quantizedTensors(quantize(convRelu(), 'everywhere'))).toEqual(['x', 'c', 'y_float'])
})

test('weights are INT8 per channel, biases int32 in the unit of the accumulator', () => {
  const model = quantize(convRelu(), 'onnxruntime')
  const input = dequantized(model, 'conv', 0)
  const weight = dequantized(model, 'conv', 1)
  const bias = dequantized(model, 'conv', 2)
  expect(weight.integers).toBeInstanceOf(Int8Array)
  expect(weight.zeroPoints).toEqual(new Int8Array(8))
  expect(bias.integers).toBeInstanceOf(Int32Array)
  expect(bias.zeroPoints).toBeUndefined()
  expect(bias.scales).toEqual(weight.scales.map(scale => scale * input.scales[0]!))
  expect(model.graph!.initializer.map(({ name }) => name)).not.toContain('conv.weight')
})

test('7 bits only for the weights that are named', () => {
  const weightLimits = sevenBitsFor(['branch'])
  const model = quantizeModel(quantizableForm(residual()), { ranges: unitRanges(residual()), weightLimits })
  const largest = (node: string) => {
    const integers = dequantized(model, node, 1).integers as Int8Array
    return integers.reduce((most, integer) => Math.max(most, Math.abs(integer)), 0)
  }
  expect([largest('stem'), largest('branch'), largest('head')]).toEqual([127, 64, 127])
})

test('the model given is not changed, and nameless nodes get stable names', () => {
  const model = residual()
  for (const node of model.graph!.node) node.name = ''
  const before = structuredClone(model.graph!.node)
  const names = quantizableNodes(model).map(({ name }) => name)
  quantize(model, 'onnxruntime')
  expect(model.graph!.node).toEqual(before)
  expect(names).toEqual(['Conv_0', 'Conv_2', 'Add_3', 'Conv_6'])
  const seen: string[] = []
  quantizeModel(quantizableForm(model), {
    ranges: unitRanges(model),
    precision: node => {
      seen.push(node.name)
      return 'int8'
    },
  })
  expect(seen).toEqual(names)
})

describe('operator sets without scales per channel', () => {
  /** x -> Conv -> Resize that shrinks one axis and enlarges the other, which opset 11 cannot say -> y */
  const old = (opset: number, scales: readonly number[]) => {
    const { graph } = convRelu()
    const resize = makeNode('Resize', 'resize', ['r', 'scales'], ['y'])
    return buildModel({
      inputs: { x: [1, 4, 8, 8] },
      outputs: ['y'],
      nodes: [graph!.node[0]!, makeNode('Relu', 'relu', ['c'], ['r']), resize],
      initializers: [...graph!.initializer, tensor('scales', [4], Float32Array.from(scales))],
      opset,
    })
  }
  const pairs = (model: ModelProto) => model.graph!.node.filter(({ opType }) => opType.endsWith('eLinear'))
  const imports = (model: ModelProto) => model.opsetImport.map(({ domain, version }) => [domain, version])

  test.each([8, 10, 12])('%i is raised to 13', opset => {
    const { nodes, initializers } = { nodes: residual().graph!.node, ...inGraph(residual()) }
    const model = buildModel({ inputs: { x: [1, 4, 8, 8] }, outputs: ['y'], nodes, initializers, opset })
    for (const placement of ['onnxruntime', 'tensorrt'] as const) {
      const quantized = quantize(model, placement)
      expect(imports(quantized)).toEqual([['', 13n]])
      expect(new Set(pairs(quantized).map(({ domain }) => domain))).toEqual(new Set(['']))
      expect(dequantized(quantized, 'stem', 1).scales).toHaveLength(8)
    }
  })

  test("where an operator forbids that, ONNX Runtime's own Q/DQ nodes have them", () => {
    const model = quantize(old(10, [1, 1, 2, 0.5]), 'onnxruntime')
    expect(new Set(pairs(model).map(({ domain }) => domain))).toEqual(new Set(['com.microsoft']))
    expect(imports(model)).toEqual([
      ['', 10n],
      ['com.microsoft', 1n],
    ])
    expect(dequantized(model, 'conv', 1).scales).toHaveLength(8)
  })

  test('for TensorRT there is one scale per tensor then', () => {
    const model = quantize(old(10, [1, 1, 2, 0.5]), 'tensorrt')
    expect(imports(model)).toEqual([['', 10n]])
    expect(dequantized(model, 'conv', 1).scales).toHaveLength(1)
  })

  test('9 has no Q/DQ nodes: the node that forbids to raise it is named', () => {
    const { graph } = convRelu()
    const statistics = ['scale', 'bias', 'mean', 'variance']
    const norm = makeNode('BatchNormalization', 'norm', ['c', ...statistics], ['y'], { spatial: 0n })
    const model = buildModel({
      ...inGraph(convRelu()),
      outputs: ['y'],
      nodes: [graph!.node[0]!, norm],
      opset: 8,
    })
    expect(() => quantize(model, 'onnxruntime')).toThrow(InputError)
    expect(() => quantize(model, 'onnxruntime')).toThrow(
      'the model has opset 8, which has no Q/DQ nodes, and node norm (BatchNormalization) cannot be written in a newer one: it has statistics per pixel; export it again with opset 13',
    )
  })
})

describe('what cannot be quantized gives one sentence', () => {
  test.each([
    ['no range', undefined, 'tensor r is to be quantized but has no calibrated range'],
    [
      'NaN',
      { min: 0, max: 1, nanIn: 'made.npz, sample 1' },
      'made.npz, sample 1: tensor `r`, which node `relu` (Relu) makes, holds NaN',
    ],
  ])('%s', (_, range, message) => {
    const ranges = new Map(unitRanges(residual()))
    ranges.delete('r')
    if (range) ranges.set('r', range)
    expect(() => quantizeModel(quantizableForm(residual()), { ranges })).toThrow(InputError)
    expect(() => quantizeModel(quantizableForm(residual()), { ranges })).toThrow(message)
  })

  test('a model that has Q/DQ nodes already', () => {
    const once = quantize(gemm(), 'onnxruntime')
    expect(() => quantize(once, 'onnxruntime')).toThrow(
      'node x_QuantizeLinear is a QuantizeLinear: the model is quantized already',
    )
  })

  test('a model without anything to quantize', () => {
    const model = buildModel({
      inputs: { x: [1] },
      outputs: ['y'],
      nodes: [makeNode('Abs', '', ['x'], ['y'])],
    })
    expect(() => quantize(model, 'tensorrt')).toThrow(
      'the model has no node that placement `tensorrt` can put',
    )
  })
})

/** The parts of a model that a variation of it keeps. */
function inGraph({ graph }: ModelProto) {
  return { inputs: { x: [1, 4, 8, 8] }, initializers: graph!.initializer }
}

function outputGrid(model: ModelProto) {
  const probe = quantizedOutputReader(model)
  return dequantized(probe, 'probe', 0)
}

/** With a node that reads y, so that its DequantizeLinear can be looked at. */
function quantizedOutputReader(model: ModelProto): ModelProto {
  model.graph!.node.push(makeNode('Identity', 'probe', ['y'], ['z']))
  return model
}

test('the operators of the float model are all still there', () => {
  const { QuantizeLinear, DequantizeLinear, ...others } = operators(quantize(residual(), 'everywhere'))
  expect(others).toEqual(operators(residual()))
  expect(QuantizeLinear).toBeGreaterThan(0)
  expect(DequantizeLinear).toBeGreaterThan(QuantizeLinear!)
})
