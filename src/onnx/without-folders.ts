import { copyMessage } from './copy-message.ts'
import type { GraphProto, ModelProto, NodeProto, StringStringEntryProto } from './onnx_pb.ts'

/** The folders of an absolute path: after a drive or at the beginning of a word, so that addresses of the web stay. */
const folders = /(?:\b[A-Za-z]:|(?<![\w.:/\\)\]}*-]))[\\/](?:[^\\/\s"'<>|:*?][^\\/\n"'<>|:*?]*[\\/])+/g

/** Documented things of a model: nodes, tensors and graphs have these two fields. */
interface Documented {
  readonly docString: string
  readonly metadataProps: StringStringEntryProto[]
}

/**
 * A copy of a model for others, in whose documentation and metadata absolute paths are the names of files alone: exporters
 * note the lines of source that a node comes from, with the folders and the name of whoever exported it.
 */
export function withoutFolders(model: ModelProto): ModelProto {
  return cut(model, { ...(model.graph && { graph: cutGraph(model.graph) }) })
}

function cutGraph(graph: GraphProto): GraphProto {
  const values = (infos: GraphProto['input']) => infos.map(info => cut(info))
  return cut(graph, {
    node: graph.node.map(node => cut<NodeProto>(node)),
    initializer: graph.initializer.map(tensor => cut(tensor)),
    input: values(graph.input),
    output: values(graph.output),
    valueInfo: values(graph.valueInfo),
  })
}

function cut<Message extends Documented>(message: Message, changes: Partial<Message> = {}): Message {
  const { docString, metadataProps } = message
  const docs = docString && { docString: docString.replace(folders, '') }
  const props = metadataProps.map(entry => copyMessage(entry, { value: entry.value.replace(folders, '') }))
  return copyMessage(message, {
    ...changes,
    ...docs,
    ...(metadataProps.length > 0 && { metadataProps: props }),
  })
}
