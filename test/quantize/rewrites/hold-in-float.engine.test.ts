import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectModel } from '../../../src/backends/onnxruntime/session/inspect-model.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { buildModel, conv, randomTensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

const relu = makeNode('Relu', 'relu', ['b'], ['r'])

/** x -> Conv -> `middle`, and perhaps a Relu -> Conv -> y. */
function between({ nodes, initializers }: ReturnType<typeof conv>, written = 'b'): ModelProto {
  const [first, last] = [conv('first', 'x', 'a', [4, 16]), conv('last', written, 'y', [16, 4])]
  return buildModel({
    inputs: { x: [1, 4, 8, 8] },
    outputs: ['y'],
    nodes: [...first.nodes, ...nodes, ...last.nodes],
    initializers: [...first.initializers, ...initializers, ...last.initializers],
  })
}

const middle = conv('middle', 'a', 'b', [16, 16])

function grouped() {
  const attributes = { kernel_shape: [1n, 1n], group: 4n }
  const node = makeNode('Conv', 'middle', ['a', 'weight'], ['b'], attributes)
  return { nodes: [node], initializers: [randomTensor('weight', [16, 4, 1, 1])] }
}

function transposed() {
  const node = makeNode('ConvTranspose', 'middle', ['a', 'weight'], ['b'], { kernel_shape: [1n, 1n] })
  return { nodes: [node], initializers: [randomTensor('weight', [16, 16, 1, 1])] }
}

function gemms(attributes: Record<string, bigint>): ModelProto {
  return buildModel({
    inputs: { x: [1, 16] },
    outputs: ['y'],
    nodes: [
      makeNode('Gemm', 'first', ['x', 'w1', 'b1'], ['a']),
      makeNode('Gemm', 'middle', ['a', 'w2', 'b2'], ['b'], attributes),
      makeNode('Gemm', 'last', ['b', 'w3', 'b3'], ['y']),
    ],
    initializers: [
      randomTensor('w1', [16, 24]),
      randomTensor('b1', [24]),
      randomTensor('w2', attributes.transB ? [8, 24] : [24, 8]),
      randomTensor('b2', [8]),
      randomTensor('w3', [8, 4]),
      randomTensor('b3', [4]),
    ],
  })
}

test.each([
  ['a Conv', between(middle)],
  ['a Conv and its Relu', between({ ...middle, nodes: [...middle.nodes, relu] }, 'r')],
  ['a grouped Conv', between(grouped())],
  ['a ConvTranspose', between(transposed())],
  ['a Gemm', gemms({})],
  ['a Gemm with transposed weights', gemms({ transB: 1n })],
])('%s that is left in float between layers in INT8 runs in float in a plain session', async (_, model) => {
  const form = quantizableForm(model)
  const quantized = quantizeModel(form, {
    ranges: unitRanges(form.model),
    precision: ({ name }) => (name === 'middle' ? 'float' : 'int8'),
  })
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(quantized, path)
  const { layers } = await inspectModel(path, { threads: 1 })
  const inInt8 = layers.filter(({ precision }) => precision === 'int8').map(({ name }) => name)
  expect(inInt8).toEqual(['first', 'last'])
})
