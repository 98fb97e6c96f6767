/** Names that TensorRT makes up for steps that stand for no node. */
const madeUp =
  /^\(Unnamed Layer\*|^(un)?(re)?(copied_)?(squeeze|shape)(_node)?_(before|after)_|^__my|_mye?l?\d+_/

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
 * Names of the ONNX nodes of a layer: those that TensorRT lists from version 8.6 on, otherwise those in its name, which is
 * made of the nodes that it fused: `fc.weight + QuantizeLinear_7 + Conv_9 + PWN(Clip_16)`.
 */
export function layerNodes(name: string, listed: readonly string[] = []): LayerNodes {
  const nodes = listed.length > 0 ? listed : namesIn(name)
  return {
    compute: nodes.filter(node => !qdq.test(node)),
    qdq: nodes.filter(node => qdq.test(node)),
  }
}

function namesIn(name: string): string[] {
  if (name.startsWith('Reformatting CopyNode')) return []
  const parts = name.replace(/ \[profile \d+\]$/, '').split(/ \+ | \|\| |, /)
  const bare = parts.flatMap(endsOfForeignNode).map(withoutPointwise)
  return bare.filter((part, position) => isNode(part) && !isQuantizedWeight(part, bare[position + 1]))
}

/** A weight stands before the Q that it goes through, whatever it is called; nodes are numbered or have a path. */
function isQuantizedWeight(part: string, next = ''): boolean {
  return qdq.test(next) && !qdq.test(part) && !/^[A-Z][A-Za-z]*_\d+$|\//.test(part)
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
