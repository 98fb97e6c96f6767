import { copyMessage } from './copy-message.ts'
import type { ModelProto } from './onnx_pb.ts'

/**
 * A copy in which no initializer is a graph input too. Old exporters list every initializer there; since IR version 4
 * that makes it a default which the caller may replace, and a runtime cannot fold or quantize what may change.
 */
export function constantInitializers(model: ModelProto): ModelProto {
  const { graph } = model
  if (!graph) return model
  const initialized = new Set(graph.initializer.map(({ name }) => name))
  const input = graph.input.filter(({ name }) => !initialized.has(name))
  // Before version 4 the list was mandatory.
  const irVersion = model.irVersion < 4n ? 4n : model.irVersion
  return copyMessage(model, { irVersion, graph: copyMessage(graph, { input }) })
}
