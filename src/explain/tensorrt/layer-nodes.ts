import type { InspectedLayer } from './parse-layers.ts'

/** Names that TensorRT makes up for steps that stand for no node. */
const madeUp = /^\(Unnamed Layer\*|^(un)?(re)?(copied_)?(squeeze|shape)(_node)?_(before|after)_|^__my/

/** Names of weights, which stand in front of their layer. */
const weight = /(^onnx::|[._](weight|bias)(_\w+)?$)/

const qdq =
  /(^|[/_.])(De)?[Qq]uantizeLinear(_\d+)?(_clone_\d+)?$|_(W?DQ|Q)(_clone_\d+)?$|quantize_scale_node$/

/** The nodes of a layer: those that compute, and those that quantize or dequantize. */
export interface LayerNodes {
  readonly compute: readonly string[]
  readonly qdq: readonly string[]
}

/**
 * Names of the ONNX nodes of a layer: from the metadata where there are any, otherwise from its name, which TensorRT
 * makes of the nodes that it fused: `fc.weight + QuantizeLinear_7 + Conv_9 + PWN(Clip_16)`.
 */
export function layerNodes({ name, metadata }: Pick<InspectedLayer, 'name' | 'metadata'>): LayerNodes {
  const nodes = metadata === undefined ? namesIn(name) : metadataNames(metadata)
  return {
    compute: nodes.filter(node => !qdq.test(node)),
    qdq: nodes.filter(node => qdq.test(node)),
  }
}

/** `[ONNX Layer: a]`, repeated, with control characters between them. */
function metadataNames(metadata: string): string[] {
  const names = metadata.split('[ONNX Layer: ').slice(1)
  return [...new Set(names.map(part => part.slice(0, Math.max(0, part.lastIndexOf(']')))))]
}

function namesIn(name: string): string[] {
  if (name.startsWith('Reformatting CopyNode')) return []
  const parts = name.replace(/ \[profile \d+\]$/, '').split(/ \+ | \|\| |, /)
  return parts.flatMap(endsOfForeignNode).map(withoutPointwise).filter(isNode)
}

/** A subgraph that another compiler took over is named after its first and its last node. */
function endsOfForeignNode(part: string): string[] {
  const [, ends] = /^\{ForeignNode\[(.*)\]\}$/.exec(part) ?? []
  return ends === undefined ? [part] : ends.split('...')
}

/** `PWN(PWN(Sigmoid_3), Mul_4)`, of which a part has come here. */
function withoutPointwise(part: string): string {
  return part.replaceAll('PWN(', '').replace(/\)+$/, '')
}

function isNode(part: string): boolean {
  return part !== '' && !madeUp.test(part) && !weight.test(part)
}
