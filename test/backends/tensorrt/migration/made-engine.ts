import fc from 'fast-check'
import type { ModelProto, NodeProto } from '../../../../src/onnx/onnx_pb.ts'

/** A layer as the inspector writes it. */
export interface MadeLayer {
  readonly Name: string
  readonly LayerType: string
  readonly Inputs: readonly MadeTensor[]
  readonly Outputs: readonly MadeTensor[]
  readonly Metadata: string
}

interface MadeTensor {
  readonly Name: string
  readonly 'Format/Datatype': string
}

/** Words of versions 8 and 10. */
const words = {
  int8: ['Int8', 'Thirty-two wide channel vectorized row major Int8 format.'],
  other: ['Half', 'Channel major FP16 format where channel % 8 == 0', 'Float', 'Row major linear FP32'],
} as const

/**
 * An engine as a builder may have made it of a model: nodes next to each other fuse or not, a layer reads each tensor as INT8 or
 * not, through a reformat or not.
 */
export function madeEngine({ graph }: ModelProto): fc.Arbitrary<readonly MadeLayer[]> {
  const nodes = graph!.node
  const constants = new Set(graph!.initializer.map(({ name }) => name))
  const chance = fc.double({ min: 0, max: 0.999, noNaN: true })
  return fc.array(chance, { minLength: 6 * nodes.length, maxLength: 6 * nodes.length }).map(chances => {
    let drawn = 0
    const draw = () => chances[drawn++ % chances.length]!
    const layers: MadeLayer[] = []
    for (const group of groupsOf(nodes, () => draw() < 0.4)) {
      const written = new Set(group.flatMap(({ output }) => output))
      const read = [...new Set(group.flatMap(readBy))].filter(
        name => name !== '' && !constants.has(name) && !written.has(name),
      )
      const name = nameOf(group)
      const inputs = read.map((tensor, position) => {
        const list = draw() < 0.6 ? words.int8 : words.other
        const format = list[Math.floor(draw() * list.length)]!
        if (draw() < 0.5) return { Name: tensor, 'Format/Datatype': format }
        const copy = `Reformatted Input Tensor ${position} to ${name}`
        layers.push({
          Name: `Reformatting CopyNode for Input Tensor ${position} to ${name}`,
          LayerType: 'Reformat',
          Inputs: [{ Name: tensor, 'Format/Datatype': 'Half' }],
          Outputs: [{ Name: copy, 'Format/Datatype': format }],
          Metadata: '',
        })
        return { Name: copy, 'Format/Datatype': format }
      })
      layers.push({
        Name: name,
        LayerType: group.length > 3 ? 'Myelin' : 'CaskConvolution',
        Inputs: inputs,
        Outputs: [...written].map(Name => ({ Name, 'Format/Datatype': 'Half' })),
        Metadata: group.map(node => `[ONNX Layer: ${node.name}]`).join('\u001e'),
      })
    }
    return layers
  })
}

/** Nodes in runs: each joins the one before it, if it reads it, or begins a layer. */
function groupsOf(nodes: readonly NodeProto[], joins: () => boolean): NodeProto[][] {
  const groups: NodeProto[][] = []
  for (const node of nodes) {
    const last = groups.at(-1)
    if (last?.at(-1)?.output.some(name => node.input.includes(name)) && joins()) last.push(node)
    else groups.push([node])
  }
  return groups
}

function nameOf(group: readonly NodeProto[]): string {
  const names = group.map(({ name }) => name)
  return group.length > 3 ? `{ForeignNode[${names[0]}...${names.at(-1)}]}` : names.join(' + ')
}

/** What a node reads, in its branches, too. */
function readBy(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(({ g }) => g?.node.flatMap(each => each.input) ?? [])
  return [...node.input, ...inner]
}

/** Pairs as `tensor -> node:input`, nodes with INT8 weights, and how many reads there were. */
export interface ByTheRule {
  readonly pairs: readonly string[]
  readonly weights: readonly string[]
  readonly lost: number
  readonly reads: number
}

/**
 * The rule of migration once more, from the layers as they are written: every tensor that a layer reads as INT8 gets a pair, read by
 * exactly the nodes of that layer that read the tensor; the nodes with weights that such a layer has, and that read it, get them in INT8.
 */
export function byTheRule(layers: readonly MadeLayer[], { graph }: ModelProto): ByTheRule {
  const constants = new Set(graph!.initializer.map(({ name }) => name))
  const copied = new Map(
    layers
      .filter(({ LayerType }) => LayerType === 'Reformat')
      .map(l => [l.Outputs[0]!.Name, l.Inputs[0]!.Name]),
  )
  const [pairs, weights] = [new Set<string>(), new Set<string>()]
  let [lost, reads] = [0, 0]
  for (const { LayerType, Inputs, Metadata } of layers) {
    if (LayerType === 'Reformat') continue
    const own = graph!.node.filter(({ name }) => Metadata.split('\u001e').includes(`[ONNX Layer: ${name}]`))
    const tensors = Inputs.filter(each => /int8/i.test(each['Format/Datatype'])).map(
      ({ Name }) => copied.get(Name) ?? Name,
    )
    for (const tensor of tensors) {
      reads++
      const readers = own.flatMap(({ name, input }) =>
        input.flatMap((each, position) => (each === tensor ? [`${tensor} -> ${name}:${position}`] : [])),
      )
      if (readers.length === 0) lost++
      for (const reader of readers) pairs.add(reader)
    }
    for (const { opType, name, input } of own) {
      const hasWeights = /^(Conv|ConvTranspose|Gemm|MatMul)$/.test(opType) && constants.has(input[1]!)
      const data =
        opType === 'Gemm' && !tensors.includes(input[0]!) ? behindViews(input[0]!, graph!.node) : input[0]!
      if (tensors.length > 0 && hasWeights && (own.length === 1 || tensors.includes(data))) weights.add(name)
    }
  }
  return { pairs: [...pairs].sort(), weights: [...weights].sort(), lost, reads }
}

function behindViews(tensor: string, nodes: readonly NodeProto[]): string {
  const maker = nodes.find(({ output }) => output.includes(tensor))
  return maker?.opType === 'Flatten' ? maker.input[0]! : tensor
}
