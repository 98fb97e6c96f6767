import { create } from '@bufbuild/protobuf'
import { copyModel } from '../onnx/copy-model.ts'
import { type ModelProto, type ValueInfoProto, ValueInfoProtoSchema } from '../onnx/onnx_pb.ts'

/**
 * A copy of a model whose graph gives the named tensors as outputs, beside its own.
 *
 * They are added by name alone: the runtime infers their types. Its inputs are fixed to the given shapes, from which
 * the runtime can tell how large the tensors will be.
 */
export function exposeTensors(
  model: ModelProto,
  tensors: Iterable<string>,
  inputShapes: ReadonlyMap<string, readonly number[]>,
): ModelProto {
  const copy = copyModel(model)
  const graph = copy.graph!
  const given = new Set([...graph.input, ...graph.output].map(({ name }) => name))
  for (const name of tensors) if (!given.has(name)) graph.output.push(create(ValueInfoProtoSchema, { name }))
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
