import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { denseInitializers } from '../../src/onnx/dense-initializers.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { type ModelProto, SparseTensorProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { floatData, makeTensor } from '../../src/onnx/tensor.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { buildModel } from '../support/models/model-builder.ts'
import { unitRanges } from '../support/unit-ranges.ts'

/** x -> MatMul (w, sparse, of 3 x 4) -> y */
function sparse(indices: ReturnType<typeof makeTensor>): ModelProto {
  const model = buildModel({
    inputs: { x: [1, 3] },
    outputs: ['y'],
    nodes: [makeNode('MatMul', 'product', ['x', 'w'], ['y'])],
  })
  const values = makeTensor('w', [2], Float32Array.of(5, -7))
  model.graph!.sparseInitializer = [create(SparseTensorProtoSchema, { values, indices, dims: [3n, 4n] })]
  return model
}

const dense = [0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7]

test.each([
  ['positions', makeTensor('', [2], BigInt64Array.of(1n, 11n))],
  // As ONNX Runtime writes them, against the specification.
  ['positions in 16 bits', makeTensor('', [2], Int16Array.of(1, 11))],
  ['an index per axis', makeTensor('', [2, 2], BigInt64Array.of(0n, 1n, 2n, 3n))],
])('sparse weights are written out: %s', (_, indices) => {
  const { graph } = denseInitializers(sparse(indices))
  expect(graph!.sparseInitializer).toEqual([])
  expect([...floatData(graph!.initializer.find(({ name }) => name === 'w')!)]).toEqual(dense)
})

test('a layer with them is quantized', () => {
  const model = sparse(makeTensor('', [2], BigInt64Array.of(1n, 11n)))
  const quantized = quantizeModel(quantizableForm(model), { ranges: unitRanges(model) })
  expect(quantized.graph!.initializer.map(({ name }) => name)).toContain('w_quantized')
})

test('a value outside of the shape is named', () => {
  expect(() => denseInitializers(sparse(makeTensor('', [2], BigInt64Array.of(1n, 12n))))).toThrow(
    /^sparse tensor w has a value at 12, outside of its shape \[3, 4\]: the model is damaged/,
  )
})
