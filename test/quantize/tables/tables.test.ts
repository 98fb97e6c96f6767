import { describe, expect, test } from 'vitest'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  type NodeProto,
} from '../../../src/onnx/onnx_pb.ts'
import { floatData, tensorData } from '../../../src/onnx/tensor.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { embeddingModel, tableSize } from '../../support/models/embedding.ts'
import { randomTensor, tensor } from '../../support/models/model-builder.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

const [rows, length] = tableSize

const quantize = (model: ModelProto, float: readonly string[] = []) =>
  quantizeModel(quantizableForm(model), {
    ranges: unitRanges(model),
    precision: ({ name }) => (float.includes(name) ? 'float' : 'int8'),
  })

const stored = ({ graph }: ModelProto, type: DataType) =>
  graph!.initializer.flatMap(({ dataType, dims }) =>
    dataType === type && dims.length === 2 && Number(dims[0]) === rows ? [dims.map(Number)] : [],
  )

const gather = (name: string, table = 'table') => makeNode('Gather', name, [table, 'ids'], [`${name}.out`])

describe('an embedding table', () => {
  test('is stored in INT8 with a scale per row, and what it gives is float', () => {
    const { graph } = quantize(embeddingModel())
    const named = new Map(graph!.initializer.map(each => [each.name, each]))
    const integers = tensorData(named.get('table_quantized')!)
    const scales = floatData(named.get('table_row_scale')!)
    expect(named.get('table_row_scale')!.dims.map(Number)).toEqual([rows, 1])
    const values = floatData(embeddingModel().graph!.initializer.find(({ name }) => name === 'table')!)
    for (const [i, value] of values.entries()) {
      const scale = scales[Math.floor(i / length)]!
      expect(Math.abs(value - Number(integers[i]) * scale)).toBeLessThanOrEqual(0.5001 * scale)
    }
    expect(named.has('table')).toBe(false)
    const [first, ...behind] = graph!.node.filter(node => node.opType !== 'DequantizeLinear')
    expect([first!, ...behind.slice(0, 3)].map(({ opType }) => opType)).toEqual([
      'Gather',
      'Cast',
      'Gather',
      'Mul',
    ])
    expect(first!.name).toBe('rows')
    expect(behind[2]!.output).toEqual(['rows.out'])
  })

  test('that two nodes read is stored once', () => {
    const model = quantize(embeddingModel({ nodes: [gather('more')], outputs: ['more.out'] }))
    expect(stored(model, DataType.INT8)).toEqual([[rows, length]])
    expect(stored(model, DataType.FLOAT)).toEqual([[rows, 1]])
  })

  test('tied to a layer by its rows shares the integers of that', () => {
    const node = makeNode('Gemm', 'tied', ['h', 'table'], ['logits'], { transB: 1n })
    const tied = embeddingModel({ nodes: [node], outputs: ['logits'] })
    expect(stored(quantize(tied), DataType.INT8)).toEqual([[rows, length]])
    expect(stored(quantize(tied), DataType.FLOAT)).toEqual([[rows, 1]])
    // Nothing is gained by a copy in INT8 beside the one in float.
    expect(stored(quantize(tied, ['tied']), DataType.FLOAT)).toEqual([[rows, length]])
    expect(stored(quantize(tied, ['tied']), DataType.INT8)).toEqual([])
  })

  test.each<[string, NodeProto[], string]>([
    ['something else reads', [makeNode('Transpose', 't', ['table'], ['other'])], 'other'],
    ['the caller reads', [], 'table'],
  ])('that %s stays in float', (_, nodes, output) => {
    const model = quantize(embeddingModel({ nodes, outputs: [output] }))
    expect(stored(model, DataType.FLOAT)).toEqual([[rows, length]])
    expect(stored(model, DataType.INT8)).toEqual([])
  })

  test('is left out by its node, and so is one that holds no numbers', () => {
    expect(stored(quantize(embeddingModel(), ['rows']), DataType.INT8)).toEqual([])
    const values = floatData(randomTensor('table', tableSize)).slice()
    values[7] = Infinity
    const infinite = embeddingModel({ table: tensor('table', tableSize, values) })
    expect(stored(quantize(infinite), DataType.INT8)).toEqual([])
  })

  test('of few values, of matrices, or along another axis, stays in float', () => {
    const small = embeddingModel({
      nodes: [gather('small', 'few')],
      outputs: ['small.out'],
      initializers: [randomTensor('few', [8, length])],
    })
    expect(quantize(small).graph!.initializer.map(({ name }) => name)).toContain('few')
    const matrices = embeddingModel({
      nodes: [gather('expert', 'experts')],
      outputs: ['expert.out'],
      initializers: [randomTensor('experts', [8, 32, 32])],
    })
    expect(quantize(matrices).graph!.initializer.map(({ name }) => name)).toContain('experts')
    const columns = makeNode('Gather', 'columns', ['wide', 'ids'], ['columns.out'], { axis: 1n })
    const wide = embeddingModel({
      nodes: [columns],
      outputs: ['columns.out'],
      initializers: [randomTensor('wide', [64, 256])],
    })
    expect(quantize(wide).graph!.initializer.map(({ name }) => name)).toContain('wide')
  })
})
