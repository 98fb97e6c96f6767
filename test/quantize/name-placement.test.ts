import { describe, expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { namePlacement } from '../../src/quantize/name-placement.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { removeQdq } from '../../src/quantize/rewrites/remove-qdq.ts'
import { operators } from '../support/describe-graph.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { missing, shared } from '../support/shared.ts'
import { unitRanges } from '../support/unit-ranges.ts'

/** Placements of which each has sites of its own. */
const names = (Object.keys(placements) as PlacementName[]).filter(name => name !== 'openvino')

/** A residual block between convolutions, a branch that two layers read, average pool, Gemm: all placements differ. */
function network() {
  const layers = [
    conv('stem', 'x', 's', [4, 16]),
    conv('branch', 'r', 'b', [16, 16]),
    conv('left', 'q', 'l', [16, 16]),
    conv('right', 'q', 'm', [16, 16]),
  ]
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [
      ...layers[0]!.nodes,
      makeNode('Relu', 'relu', ['s'], ['r']),
      ...layers[1]!.nodes,
      makeNode('Add', 'add', ['b', 'r'], ['a']),
      makeNode('Relu', 'relu_2', ['a'], ['q']),
      ...layers[2]!.nodes,
      ...layers[3]!.nodes,
      makeNode('Concat', 'concat', ['l', 'm'], ['c'], { axis: 1n }),
      makeNode('GlobalAveragePool', 'pool', ['c'], ['y']),
    ],
    initializers: layers.flatMap(({ initializers }) => initializers),
  })
}

describe('a model that quantract made', () => {
  test.each(names)('%s is recognised', placement => {
    const model = quantizeModel(quantizableForm(network()), { ranges: unitRanges(network()), placement })
    const [best, second] = namePlacement(model)
    expect(best).toEqual({ placement, share: 1, added: [], left: [] })
    expect(second!.share).toBeLessThan(1)
  })

  test('pairs that lie as for ONNX Runtime are called so', () => {
    const ranges = unitRanges(network())
    const model = quantizeModel(quantizableForm(network()), { ranges, placement: 'openvino' })
    expect(namePlacement(model)[0]).toMatchObject({ placement: 'onnxruntime', share: 1 })
  })

  test('a layer left in float costs its sites, and they are named', () => {
    const model = quantizeModel(quantizableForm(network()), {
      ranges: unitRanges(network()),
      placement: 'pytorch-quantization',
      precision: ({ name }) => (name === 'right' ? 'float' : 'int8'),
    })
    const [best] = namePlacement(model)
    expect(best).toMatchObject({ placement: 'pytorch-quantization', added: [], left: ['q', 'right.weight'] })
    expect(best!.share).toBeCloseTo(7 / 9, 10)
  })
})

test.each(names)('without its pairs, a model of placement %s is the float model again', placement => {
  const model = quantizeModel(quantizableForm(network()), { ranges: unitRanges(network()), placement })
  const float = removeQdq(model).model
  expect(operators(float)).toEqual(operators(network()))
  expect(float.graph!.node.map(({ name, output }) => [name, output])).toEqual(
    network().graph!.node.map(({ name, output }) => [name, output]),
  )
})

test('the PyTorch example has one pair on the input of each layer, none on the last pool', async () => {
  const [best] = namePlacement(await readModel('examples/pytorch-digits/digits.qdq.onnx'))
  expect(best).toMatchObject({ placement: 'pytorch-quantization', added: [], left: ['/block2/Add_output_0'] })
})

test.for([
  // Made by TFLite, which quantizes whatever an integer kernel writes, the output of the last layer too.
  ['models/mlperf_tiny_resnet8_cifar10_int8_qdq.onnx', 'onnxruntime', 0.97],
  ['models/mlperf_tiny_kws_dscnn_int8_qdq.onnx', 'onnxruntime', 0.96],
  // Pairs on the inputs of Conv and Gemm, one per tensor: the skip connections read through those as well.
  ['fixtures/tensorrt/recorded-10.6-h200/run/resnet20_cifar10.inputs.onnx', 'modelopt', 0.81],
] as const)('%s', async ([file, placement, least], context) => {
  const absent = missing(shared(file))
  if (absent) return context.skip(absent)
  const [best] = namePlacement(await readModel(shared(file)))
  expect(best).toMatchObject({ placement })
  expect(best!.share).toBeGreaterThanOrEqual(least)
})
