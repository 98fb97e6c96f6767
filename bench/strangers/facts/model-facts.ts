import { subgraphs } from '../../../src/onnx/attributes.ts'
import { indexGraph } from '../../../src/onnx/graph.ts'
import type { GraphProto, ModelProto, NodeProto } from '../../../src/onnx/onnx_pb.ts'
import { floatData } from '../../../src/onnx/tensor.ts'

/** What a file is and what of it cannot be right, as far as its bytes tell. */
export interface ModelFacts {
  readonly kind: 'float' | 'Q/DQ' | 'QOperator' | 'dynamically quantized'
  /** Conv, ConvTranspose, Gemm and MatMul with a weight, at the top: what INT8 kernels exist for. */
  readonly weighted: number
  /** Initializers with a NaN. */
  readonly withNaN: readonly string[]
  /** Q/DQ nodes whose zero point is left out, which ONNX allows. */
  readonly omittedZeroPoints: number
  /** Weights in INT8 or UINT8 of more than 64 elements that hold the same bytes as another one. */
  readonly copies: readonly string[]
  /** Imported domains in which no node is. */
  readonly unusedDomains: readonly string[]
  /** What metadata and docs say of somebody's folders. */
  readonly paths: readonly string[]
  /** Rows of the table in which an input is looked up, by input. */
  readonly vocabularies: Readonly<Record<string, number>>
}

export function modelFacts(model: ModelProto): ModelFacts {
  const graph = model.graph!
  const nodes = [...allNodes(graph)]
  const { constants, readers } = indexGraph(graph)
  const used = new Set(nodes.map(({ domain }) => normal(domain)))
  const texts = [...model.metadataProps.map(({ value }) => value), model.docString, graph.docString]
  const tables = (tensor: string): number[] =>
    (readers.get(tensor) ?? []).flatMap(({ node, input }) => {
      if (node.opType === 'Gather' && input === 1) return Number(constants.get(node.input[0]!)?.dims[0] ?? 0)
      return /^(Cast|Identity|Reshape|Unsqueeze|Squeeze)$/.test(node.opType) ? tables(node.output[0]!) : []
    })
  const found = graph.input.map(({ name }) => [name, tables(name).filter(rows => rows > 0)] as const)
  return {
    kind: kindOf(nodes),
    weighted: graph.node.filter(({ opType, input }) => isWeighted.test(opType) && constants.has(input[1]!))
      .length,
    withNaN: graph.initializer.filter(hasNaN).map(({ name }) => name),
    omittedZeroPoints: nodes.filter(
      ({ opType, input }) => /^(De)?[Qq]uantizeLinear$/.test(opType) && !input[2],
    ).length,
    copies: copiesIn(graph),
    unusedDomains: model.opsetImport
      .map(({ domain }) => domain)
      .filter(domain => domain && !used.has(domain)),
    paths: texts.flatMap(text => text.match(/(\/(home|root|tmp|Users|work)\/|[A-Z]:\\)[^\s;,]*/g) ?? []),
    vocabularies: Object.fromEntries(
      found.flatMap(([name, rows]) => (rows.length > 0 ? [[name, Math.min(...rows)]] : [])),
    ),
  }
}

const isWeighted = /^(Conv|ConvTranspose|Gemm|MatMul)$/

function kindOf(nodes: readonly NodeProto[]): ModelFacts['kind'] {
  const has = (pattern: RegExp) => nodes.some(({ opType }) => pattern.test(opType))
  if (has(/^(DynamicQuantize|MatMulInteger|ConvInteger)/)) return 'dynamically quantized'
  if (has(/^(QLinear|QGemm$|QAttention$)/)) return 'QOperator'
  return has(/^(De)?[Qq]uantizeLinear$/) ? 'Q/DQ' : 'float'
}

function* allNodes(graph: GraphProto): Generator<NodeProto> {
  for (const node of graph.node) {
    yield node
    for (const inner of subgraphs(node)) yield* allNodes(inner)
  }
}

function hasNaN(tensor: GraphProto['initializer'][number]): boolean {
  if (![1, 10, 11, 16].includes(tensor.dataType) || tensor.externalData.length > 0) return false
  return floatData(tensor).some(Number.isNaN)
}

function copiesIn({ initializer }: GraphProto): string[] {
  const first = new Map<string, string>()
  return initializer.flatMap(({ name, dims, dataType, rawData }) => {
    // Zero points of many channels are all the same.
    const isWeight = (dataType === 2 || dataType === 3) && rawData.some(byte => byte !== rawData[0])
    if (!isWeight || rawData.length <= 64) return []
    const key = `${dims.join()}:${Buffer.from(rawData).toString('base64')}`
    if (first.has(key)) return [name]
    first.set(key, name)
    return []
  })
}

function normal(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain
}
