import type { GraphIndex, Reader } from '../../../onnx/graph.ts'
import type { NodeProto } from '../../../onnx/onnx_pb.ts'
import { weightedNode } from '../../../quantize/weighted-node.ts'
import { layerNodes } from '../plan/layer-nodes.ts'
import type { TensorrtLayer } from '../plan/read-layer-info.ts'
import { checkEngine } from './check-engine.ts'
import { ofFirstProfile } from './of-first-profile.ts'

/** A tensor of the model that a layer of an engine reads as INT8, and the nodes of that layer that read it. */
export interface Int8Read {
  readonly layer: string
  /** As the engine and its calibration cache call it. */
  readonly tensor: string
  /** As the nodes that read it call it: behind the Cast of a 16-bit input, another name. */
  readonly read: string
  readonly readers: readonly Reader[]
}

/** A read that no Q/DQ pair of an ONNX file can stand for. */
export interface LostRead {
  readonly layer: string
  /** In the engine's words. */
  readonly tensor: string
  /** Why, as a clause with the tensor as its subject. */
  readonly reason: string
}

/** Where an engine reads INT8, told in the tensors and nodes of the model that it was built from. */
export interface EngineBorders {
  /** In the order of running. One tensor may be read by several layers. */
  readonly reads: readonly Int8Read[]
  readonly lost: readonly LostRead[]
  /** Nodes with weights whose layer reads INT8. */
  readonly weighted: readonly NodeProto[]
  /** Layers that compute (all but those that only copy), and those of them that read INT8. */
  readonly layers: { readonly all: number; readonly int8: number }
}

/** Layers that only convert type or layout, whose outputs have the value of what they read, and those that only wait. */
const copies = new Set(['Reformat', 'NoOp', 'signal', 'wait'])

/**
 * Finds the borders of the INT8 layers of an implicit engine in the model that it was built from.
 *
 * @param source - what to call the layer information in messages
 * @throws InputError if the layers are names alone, of an explicit engine, or of another model
 */
export function engineBorders(
  described: readonly TensorrtLayer[],
  index: GraphIndex,
  { source, model }: { readonly source: string; readonly model: string },
): EngineBorders {
  const layers = ofFirstProfile(described)
  const nodes = nodesByName(index)
  checkEngine(layers, nodes, { source, model })

  const origin = originOf(layers, index)
  const reads: Int8Read[] = []
  const lost: LostRead[] = []
  const weighted = new Set<NodeProto>()
  let int8 = 0
  const computing = layers.filter(({ type }) => !copies.has(type))
  for (const { name: layer, inputs, onnxNodes } of computing) {
    const ownNodes = layerNodes(layer, onnxNodes).compute.flatMap(name => nodes.get(name) ?? [])
    const read = inputs.filter(({ precision }) => precision === 'int8')
    if (read.length === 0) continue
    int8++
    for (const node of ownNodes) {
      // Inside a large layer, what its first nodes read says nothing about the others.
      if (
        weightedNode(index, node) &&
        (ownNodes.length === 1 ||
          reaches(
            node,
            read.flatMap(({ name }) => namesOf(origin(name), index)),
            index,
          ))
      ) {
        weighted.add(node)
      }
    }
    for (const tensor of new Set(read.map(({ name }) => name))) {
      const found = origin(tensor)
      if (found === undefined) {
        lost.push({ layer, tensor, reason: 'exists only inside the engine' })
        continue
      }
      const readersOf = (name: string) =>
        (index.readers.get(name) ?? []).filter(
          ({ node, input }) => input !== undefined && ownNodes.includes(node),
        )
      const name = namesOf(found, index).find(each => readersOf(each).length > 0)
      if (name !== undefined) reads.push({ layer, tensor: found, read: name, readers: readersOf(name) })
      else lost.push({ layer, tensor: found, reason: whyUnread(found, ownNodes, index) })
    }
  }
  return { reads, lost, weighted: [...weighted], layers: { all: computing.length, int8 } }
}

/**
 * The names that the value of a tensor has in the quantizable form of a model: its inputs and outputs of 16-bit floats have another
 * one on the other side of a Cast, which the engine does not know.
 */
function namesOf(tensor: string | undefined, { producer, readers }: GraphIndex): string[] {
  if (tensor === undefined) return []
  const isOurs = ({ opType, name, output }: NodeProto) => opType === 'Cast' && name === `${output[0]}_cast`
  const maker = producer.get(tensor)
  const behind = (readers.get(tensor) ?? []).flatMap(({ node }) => (isOurs(node) ? node.output : []))
  return [tensor, ...behind, ...(maker && isOurs(maker) ? maker.input : [])]
}

/** Nodes by what TensorRT calls them: its parser names a node without a name after its first output. */
function nodesByName({ graph }: GraphIndex): ReadonlyMap<string, NodeProto> {
  const nodes = new Map(graph.node.map(node => [node.output[0]!, node]))
  for (const node of graph.node) if (node.name) nodes.set(node.name, node)
  return nodes
}

function nameOf({ name, output }: NodeProto): string {
  return name || output[0]!
}

/** The tensor of the model behind one of the engine; undefined if there is none. */
function originOf(
  layers: readonly TensorrtLayer[],
  { graph, inputs, producer }: GraphIndex,
): (tensor: string) => string | undefined {
  const known = new Set([
    ...inputs.map(({ name }) => name),
    ...producer.keys(),
    ...graph.output.map(({ name }) => name),
  ])
  const before = new Map<string, string>()
  const after = new Map<string, string>()
  for (const { type, inputs: read, outputs: written } of layers) {
    const [from, to] = [read[0]?.name, written[0]?.name]
    if (!copies.has(type) || from === undefined || to === undefined) continue
    before.set(to, from)
    if (!after.has(from)) after.set(from, to)
  }
  const follow = (tensor: string, next: ReadonlyMap<string, string>): string | undefined => {
    const seen = new Set<string>()
    for (
      let name: string | undefined = tensor;
      name !== undefined && !seen.has(name);
      name = next.get(name)
    ) {
      if (known.has(name)) return name
      seen.add(name)
    }
    return undefined
  }
  return tensor => follow(tensor, before) ?? follow(tensor, after)
}

/** Operators that give the values of their first input another shape, and are no layers of an engine. */
const views = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout'])

/** Whether a node reads one of some tensors as its data, perhaps through operators that only reshape. */
function reaches(
  node: NodeProto,
  tensors: readonly (string | undefined)[],
  { producer }: GraphIndex,
): boolean {
  for (let name = node.input[0]; name !== undefined; ) {
    if (tensors.includes(name)) return true
    const maker = producer.get(name)
    name = maker && views.has(maker.opType) ? maker.input[0] : undefined
  }
  return false
}

function whyUnread(tensor: string, ownNodes: readonly NodeProto[], index: GraphIndex): string {
  const behind = ownNodes.find(node => reaches(node, [tensor], index))
  if (!behind) return 'is read by no node of this layer in the model'
  const view = index.producer.get(behind.input[0]!)!
  return `reaches \`${nameOf(behind)}\` through the ${view.opType} \`${nameOf(view)}\`, which the engine does not have`
}
