import { create } from '@bufbuild/protobuf'
import { copyModel } from '../onnx/copy-model.ts'
import { indexGraph, outerNames } from '../onnx/graph.ts'
import { nodesFor } from '../onnx/nodes-for.ts'
import { type ModelProto, type ValueInfoProto, ValueInfoProtoSchema } from '../onnx/onnx_pb.ts'

/**
 * A copy of a model whose graph gives the named tensors as outputs, beside its own; or alone, without the nodes that they do
 * not need: the runtime computes whatever is there, also if nobody asks for it.
 *
 * They are added by name alone: the runtime infers their types. Its inputs are fixed to the given shapes, from which
 * the runtime can tell how large the tensors will be.
 */
export function exposeTensors(
  model: ModelProto,
  tensors: Iterable<string>,
  inputShapes: ReadonlyMap<string, readonly number[]>,
  beside: 'own outputs' | 'nothing' = 'own outputs',
): ModelProto {
  const copy = copyModel(model)
  const graph = copy.graph!
  const names = new Set(tensors)
  const inputs = new Set(graph.input.map(({ name }) => name))
  const computed = [...names].some(name => !inputs.has(name))
  if (beside === 'nothing' && computed) {
    graph.node = nodesFor(indexGraph(graph), names)
    const read = new Set(graph.node.flatMap(node => [...node.input, ...outerNames(node)]))
    graph.initializer = graph.initializer.filter(({ name }) => read.has(name))
    graph.output = graph.output.filter(({ name }) => names.has(name))
  }
  const given = new Set([...inputs, ...graph.output.map(({ name }) => name)])
  for (const name of names) if (!given.has(name)) graph.output.push(create(ValueInfoProtoSchema, { name }))
  graph.input = graph.input.map(input => {
    const shape = inputShapes.get(input.name)
    return shape ? withShape(input, shape) : input
  })
  return copy
}

function withShape({ name, type }: ValueInfoProto, shape: readonly number[]): ValueInfoProto {
  if (type?.value.case !== 'tensorType') throw new Error(`input ${name} is not a tensor`)
  const { elemType } = type.value.value
  const dim = shape.map(size => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }))
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  })
}
