import { create } from '@bufbuild/protobuf'
import { copyModel } from '../../src/onnx/copy-model.ts'
import { type ModelProto, ValueInfoProtoSchema } from '../../src/onnx/onnx_pb.ts'

/** The first nodes of a model; what they compute and no other of them reads become outputs. All of it without `nodes`. */
export function cutModel(model: ModelProto, nodes: number | undefined): ModelProto {
  if (nodes === undefined) return model
  const cut = copyModel(model)
  const graph = cut.graph!
  graph.node = graph.node.slice(0, nodes)
  const read = new Set(graph.node.flatMap(({ input }) => input))
  graph.initializer = graph.initializer.filter(({ name }) => read.has(name))
  graph.output = graph.node
    .flatMap(({ output }) => output)
    .filter(name => !read.has(name))
    .map(name => create(ValueInfoProtoSchema, { name }))
  return cut
}
