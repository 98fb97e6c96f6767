import { numberToFloat16 } from '../../data/float16.ts'
import { copyMessage } from '../../onnx/copy-message.ts'
import { type GraphIndex, outerNames } from '../../onnx/graph.ts'
import { makeNode } from '../../onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../../onnx/onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../../onnx/tensor.ts'
import { uniqueNodeNames, uniqueTensorNames } from '../../onnx/unique-names.ts'
import { isHalfInput } from './choose-half-nodes.ts'

/**
 * The graph with Casts between what is in half and what is not. A tensor that is fed, given or read by a subgraph keeps its
 * name in 32 bits; of any other, the name belongs to the form in which it is made.
 */
export function castGraph(
  index: GraphIndex,
  {
    isFloat,
    isHalf: isHalfAlready,
    half,
  }: {
    readonly isFloat: (name: string) => boolean
    /** Whether a tensor is in 16 bits before anything is changed. */
    readonly isHalf: (name: string) => boolean
    /** Nodes that are to compute in half. */
    readonly half: ReadonlySet<NodeProto>
  },
): GraphProto {
  const { graph } = index
  const newTensor = uniqueTensorNames(graph)
  const newNode = uniqueNodeNames(graph)
  const initializer = [...graph.initializer]
  const byName = new Set([...index.outputs, ...graph.node.flatMap(node => [...outerNames(node)])])
  const forms = new Map<string, { half?: string; float?: string }>()
  const casts = new Map<NodeProto | undefined, NodeProto[]>()
  const formsOf = (name: string) => {
    const known = forms.get(name)
    if (known) return known
    const maker = index.producer.get(name)
    const isHalf = maker !== undefined && half.has(maker) && !byName.has(name)
    const before = maker?.opType === 'Cast' && isHalfAlready(maker.input[0]!) ? maker.input[0] : undefined
    const made = isHalf
      ? { half: name }
      : before !== undefined
        ? { float: name, half: before }
        : maker && half.has(maker)
          ? { half: newTensor(`${name}_half`) }
          : { float: name }
    forms.set(name, made)
    return made
  }
  const cast = (name: string, to: 'half' | 'float'): string => {
    const known = formsOf(name)
    const found = known[to]
    if (found !== undefined) return found
    const read = known[to === 'half' ? 'float' : 'half']!
    const written = to === 'float' && byName.has(name) ? name : newTensor(`${name}_${to}`)
    known[to] = written
    const type = BigInt(to === 'half' ? DataType.FLOAT16 : DataType.FLOAT)
    const node = makeNode('Cast', newNode(`${name}_to_${to}`), [read], [written], { to: type })
    const maker = index.producer.get(name)
    casts.set(maker, [...(casts.get(maker) ?? []), node])
    return written
  }
  const halfConstants = new Map<string, string>()
  const constantInHalf = (name: string): string => {
    const known = halfConstants.get(name)
    if (known !== undefined) return known
    const made = inHalf(index.constants.get(name)!, newTensor(`${name}_half`))
    initializer.push(made)
    halfConstants.set(name, made.name)
    return made.name
  }

  const rewritten = graph.node.map(node => {
    const isHalf = half.has(node)
    // What is given in half comes from where it is in half.
    const isToHalf = node.opType === 'Cast' && isHalfAlready(node.output[0]!)
    const input = node.input.map((name, position) => {
      if (!name || !isFloat(name)) return name
      if (index.constants.has(name)) {
        return isHalf && isHalfInput(node, position) ? constantInHalf(name) : name
      }
      const inHalf = isToHalf ? formsOf(name).half !== undefined : isHalf && isHalfInput(node, position)
      return cast(name, inHalf ? 'half' : 'float')
    })
    if (!isHalf) return copyMessage(node, { input })
    const output = node.output.map(name => (name && isFloat(name) ? formsOf(name).half! : name))
    return copyMessage(node, { input, output })
  })
  for (const name of byName) {
    if (isFloat(name) && index.producer.has(name) && !index.constants.has(name)) cast(name, 'float')
  }
  const node = [
    ...(casts.get(undefined) ?? []),
    ...graph.node.flatMap((original, position) => [rewritten[position]!, ...(casts.get(original) ?? [])]),
  ]
  return copyMessage(graph, { node: withoutUnreadCasts(node, byName), initializer, valueInfo: [] })
}

/** @param byName - tensors that are given, or read by a subgraph */
function withoutUnreadCasts(nodes: readonly NodeProto[], byName: ReadonlySet<string>): NodeProto[] {
  const read = new Set([...byName, ...nodes.flatMap(({ input }) => input)])
  return nodes.filter(({ opType, output }) => opType !== 'Cast' || read.has(output[0]!))
}

function inHalf(tensor: TensorProto, name: string): TensorProto {
  const patterns = Uint16Array.from(floatData(tensor), numberToFloat16)
  return copyMessage(makeTensor(name, tensorShape(tensor), patterns), { dataType: DataType.FLOAT16 })
}
