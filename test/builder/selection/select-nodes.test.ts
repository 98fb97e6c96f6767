import { join } from 'node:path'
import { expect, test } from 'vitest'
import { selectNodes } from '../../../src/builder/selection/select-nodes.ts'
import type { Selection } from '../../../src/builder/selection/selection.ts'
import { InputError } from '../../../src/errors.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { buildModel, randomTensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const initializers = [randomTensor('w', [8, 8]), randomTensor('b', [8])]

/** x -> (attention: MatMul -> Add) -> Softmax -> (head: MatMul) -> y, as PyTorch names nodes. */
const given = buildModel({
  inputs: { x: [1, 8] },
  outputs: ['y'],
  initializers,
  nodes: [
    makeNode('MatMul', '/layer.0/attention/query/MatMul', ['x', 'w'], ['m']),
    makeNode('Add', '/layer.0/attention/query/Add', ['m', 'b'], ['a']),
    makeNode('Softmax', '/layer.0/attention/Softmax', ['a'], ['s']),
    makeNode('MatMul', '', ['s', 'w'], ['y']),
  ],
})

/** The same after the runtime has joined product and bias, as it names nodes. */
const simplified = buildModel({
  inputs: { x: [1, 8] },
  outputs: ['y'],
  initializers,
  nodes: [
    makeNode('Gemm', '/layer.0/attention/query/MatMul/MatMulAddFusion', ['x', 'w', 'b'], ['a']),
    makeNode('Softmax', '/layer.0/attention/Softmax', ['a'], ['s']),
    makeNode('MatMul', '', ['s', 'w'], ['y']),
  ],
})

const gemm = '/layer.0/attention/query/MatMul/MatMulAddFusion'
const softmax = '/layer.0/attention/Softmax'
const head = 'MatMul_2'

async function select(selection: Selection, model: ModelProto = given) {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(model, path)
  const prepared = { path, ...quantizableForm(simplified) }
  const source = { path, sha256: '', bytes: 0, inputs: [] }
  const task = { source, variant: 'int8', placement: 'onnxruntime' } as const
  const { precision, notes } = await selectNodes(selection, prepared, task)
  const inInt8 = prepared.model.graph!.node.filter(node => precision(node) === 'int8')
  return { inInt8: inInt8.map(({ name }) => name), notes }
}

test.each<[string, Selection, readonly string[]]>([
  ['nothing said', {}, [gemm, softmax, head]],
  ['a star stands for any characters', { exclude: { nodes: ['*/attention/*'] } }, [head]],
  ['a question mark for one', { exclude: { nodes: ['/layer.?/attention/Softmax'] } }, [gemm, head]],
  ['dots and brackets are themselves', { include: { nodes: ['/layer.0/*'] } }, [gemm, softmax]],
  ['a node that was fused, by its old name', { exclude: { nodes: ['*/query/Add'] } }, [softmax, head]],
  ['an operator', { exclude: { operators: ['Softmax'] } }, [gemm, head]],
  ['an operator that was fused', { exclude: { operators: ['MatMul'] } }, [softmax]],
  ['a bias is no operator of its own', { exclude: { operators: ['Add'] } }, [gemm, softmax, head]],
  ['what is both', { include: { operators: ['MatMul'] }, exclude: { nodes: ['*attention*'] } }, [head]],
  ['a node without a name, as it is called in our output', { include: { nodes: [head] } }, [head]],
])('%s', async (_, selection, expected) => {
  expect((await select(selection)).inInt8).toEqual(expected)
})

test('a note says how many nodes stay in float, and an error if all do', async () => {
  const { notes } = await select({ exclude: { operators: ['MatMul'] } })
  expect(notes).toEqual(['left in float by `exclude`: 1 Gemm, 1 MatMul of 3 nodes'])
  await expect(select({ include: { nodes: ['/layer*'] }, exclude: { nodes: ['*'] } })).rejects.toThrow(
    '`include` and `exclude` of variant `int8` leave nothing to quantize: placement `onnxruntime` could put 1 Gemm, 1 Softmax, 1 MatMul into INT8',
  )
})

test.each<[Selection, RegExp]>([
  [
    { exclude: { nodes: ['*/atention/*'] } },
    /^`exclude` of variant `int8`: no node of the model is called `\*\/atention\/\*`; did you mean `\*\/attention\/\*`\?$/,
  ],
  [
    { exclude: { nodes: ['/layer.0/attention/Softmx'] } },
    /; did you mean `\/layer\.0\/attention\/Softmax`\?$/,
  ],
  [{ exclude: { nodes: ['softmax'] } }, /; did you mean the operator `Softmax`\?$/],
  [
    { include: { nodes: ['decoder_block_7'] } },
    /; its nodes are called `\/layer\.0\/attention\/query\/MatMul`, /,
  ],
  [
    { include: { operators: ['SoftMax'] } },
    /^`include` of variant `int8`: the model has no operator `SoftMax`; did you mean `Softmax`\?$/,
  ],
  [{ exclude: { operators: ['Conv'] } }, /no operator `Conv`; known: `Add`, `MatMul`, `Softmax`$/],
])('%j is refused', async (selection, message) => {
  const selecting = select(selection)
  await expect(selecting).rejects.toThrow(InputError)
  await expect(selecting).rejects.toThrow(message)
})
