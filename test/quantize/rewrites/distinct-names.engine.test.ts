import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { quantizeFile } from '../../../src/builder/quantize-file.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  FunctionProtoSchema,
  GraphProtoSchema,
} from '../../../src/onnx/onnx_pb.ts'
import { makeTensor } from '../../../src/onnx/tensor.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { buildModel, floatValue, randomTensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

test('a function that is called inside and outside of an If is quantized outside', async () => {
  const dense = (name: string, inputs: string[], output: string) => {
    const node = makeNode('Dense', name, inputs, [output])
    node.domain = 'example'
    return node
  }
  const branch = (name: string) =>
    create(AttributeProtoSchema, {
      name,
      type: AttributeType.GRAPH,
      g: create(GraphProtoSchema, {
        name,
        node: [dense(`${name}/dense`, ['h', 'w2'], `${name}_y`)],
        output: [floatValue(`${name}_y`)],
      }),
    })
  const choice = makeNode('If', 'choice', ['positive'], ['y'])
  choice.attribute.push(branch('then_branch'), branch('else_branch'))
  const model = buildModel({
    inputs: { x: ['n', 16] },
    outputs: ['y'],
    nodes: [
      dense('dense', ['x', 'w1'], 'h'),
      makeNode('ReduceMax', 'max', ['h'], ['max'], { keepdims: 0n }),
      makeNode('Greater', 'greater', ['max', 'half'], ['positive']),
      choice,
    ],
    initializers: [
      randomTensor('w1', [16, 16]),
      randomTensor('w2', [16, 4]),
      makeTensor('half', [], Float32Array.of(0.5)),
    ],
  })
  model.opsetImport.push({ ...model.opsetImport[0]!, domain: 'example', version: 1n })
  model.functions.push(
    create(FunctionProtoSchema, {
      domain: 'example',
      name: 'Dense',
      input: ['a', 'b'],
      output: ['c'],
      node: [makeNode('MatMul', 'product', ['a', 'b'], ['t']), makeNode('Relu', 'relu', ['t'], ['c'])],
      opsetImport: [{ ...model.opsetImport[0]! }],
    }),
  )
  const folder = await temporaryDirectory()
  const path = join(folder, 'model.onnx')
  await writeModel(model, path)
  const { engine } = await quantizeFile({
    model: path,
    calibration: 'random',
    method: 'minmax',
    variant: { to: 'explicit', placement: 'onnxruntime' },
    out: join(folder, 'int8.onnx'),
  })
  expect(engine!.layers.int8).toBe(1)
})
