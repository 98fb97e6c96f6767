import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { makeNode } from '../../../src/onnx/node.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  OperatorSetIdProtoSchema,
} from '../../../src/onnx/onnx_pb.ts'
import { usedImports } from '../../../src/onnx/opset/used-imports.ts'
import { convRelu } from '../../support/models/tiny-models.ts'

const known = ['ai.onnx.ml', 'com.microsoft', 'org.example']

function importing(domains: readonly string[]) {
  const model = convRelu()
  model.opsetImport.push(...domains.map(domain => create(OperatorSetIdProtoSchema, { domain, version: 5n })))
  return model
}

const domains = (model: ReturnType<typeof importing>) => usedImports(model).map(({ domain }) => domain)

test('the default operator set stays, those of no node go', () => {
  expect(domains(importing(known))).toEqual([''])
})

test('nodes of the graph and of its subgraphs count', () => {
  const model = importing(known)
  const inner = makeNode('Gelu', 'gelu', ['y'], ['z'])
  inner.domain = 'com.microsoft'
  const branch = create(AttributeProtoSchema, {
    name: 'then_branch',
    type: AttributeType.GRAPH,
    g: create(GraphProtoSchema, { name: 'branch', node: [inner] }),
  })
  const choice = makeNode('If', 'if', ['c'], ['z'])
  choice.attribute.push(branch)
  model.graph!.node.push(choice)
  expect(domains(model)).toEqual(['', 'com.microsoft'])
})
