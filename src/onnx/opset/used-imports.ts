import { subgraphs } from '../attributes.ts'
import type { ModelProto, NodeProto, OperatorSetIdProto } from '../onnx_pb.ts'
import { isDefaultDomain } from './opset.ts'

/**
 * The operator sets that nodes of a model are of, and the default one. ONNX Runtime adds all that it knows when it saves
 * a model, and a runtime refuses a model that imports a set or a version that it does not know, used or not.
 */
export function usedImports({
  graph,
  functions,
  trainingInfo,
  opsetImport,
}: ModelProto): OperatorSetIdProto[] {
  const training = trainingInfo.flatMap(({ initialization, algorithm }) => [initialization, algorithm])
  const bodies = [graph, ...functions, ...training]
  const used = new Set(functions.map(({ domain }) => domain))
  for (const body of bodies) for (const domain of domainsOf(body?.node ?? [])) used.add(domain)
  return opsetImport.filter(({ domain }) => isDefaultDomain(domain) || used.has(domain))
}

function* domainsOf(nodes: readonly NodeProto[]): Generator<string> {
  for (const node of nodes) {
    yield node.domain
    for (const { node: inner } of subgraphs(node)) yield* domainsOf(inner)
  }
}
