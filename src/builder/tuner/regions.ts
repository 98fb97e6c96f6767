import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { isFloatActivation, type PlacementModel } from '../../quantize/placement.ts'
import { foldedActivation } from '../../quantize/placements/folded-activation.ts'
import { operatorSupport } from '../../quantize/placements/onnxruntime-operators.ts'

/** The regions of a model and the tensors between them. */
export interface RegionGraph {
  /** Names of the nodes that can run in INT8, region by region, in graph order. */
  readonly regions: readonly (readonly string[])[]
  /** Region of a node by its name; also of activations and moves that go along. Absent for nodes outside. */
  readonly regionOf: ReadonlyMap<string, number>
  readonly tensors: readonly RegionTensor[]
}

/** A tensor that regions write or read. */
export interface RegionTensor {
  readonly name: string
  /** The region that writes it in its own precision; undefined if it is always float. */
  readonly producer: number | undefined
  /** The regions other than the producer that read it in their own precision. */
  readonly consumers: readonly number[]
  /** How many others read it, always in float: nodes without INT8 kernel, the caller. */
  readonly floatReaders: number
}

/**
 * Ties nodes that cannot but share a precision: what the runtime fuses into one float kernel (Conv and Relu, the
 * Sigmoid and Mul of a SiLU, a residual Add with the convolution before it), an activation that folds into a Q, and
 * operators that only move values with the node that makes them.
 *
 * @param quantizable - the nodes that can run in INT8
 * @param fused - names of the nodes that one float kernel does the work of, kernel by kernel
 */
export function findRegions(
  model: PlacementModel,
  quantizable: readonly NodeProto[],
  fused: readonly (readonly string[])[],
): RegionGraph {
  const { graph, producer } = model
  const nodes = new Map(graph.node.map(node => [node.name, node]))
  const tied = disjointSets<NodeProto>()
  for (const names of fused) {
    const [first, ...others] = names.flatMap(name => nodes.get(name) ?? [])
    for (const other of others) tied.join(first!, other)
  }
  const int8 = new Set(quantizable)
  const follows = new Set<NodeProto>()
  for (const node of quantizable) {
    const folded = foldedActivation(model, node.output[0]!)
    if (!folded) continue
    tied.join(node, folded.node)
    follows.add(folded.node)
  }
  for (const node of graph.node) {
    const maker = producer.get(node.input[0] ?? '')
    if (!maker || !(int8.has(maker) || follows.has(maker))) continue
    if (operatorSupport(model, node)?.kind !== 'moves') continue
    tied.join(maker, node)
    follows.add(node)
  }

  const members = new Map<NodeProto, NodeProto[]>()
  for (const node of quantizable) {
    const root = tied.find(node)
    members.set(root, [...(members.get(root) ?? []), node])
  }
  const position = new Map([...members.keys()].map((root, i) => [root, i]))
  const regionOf = new Map(
    graph.node.flatMap(node => {
      const region = position.get(tied.find(node))
      return region === undefined ? [] : [[node.name, region] as const]
    }),
  )
  const runsInOwnPrecision = (node: NodeProto) => int8.has(node) || follows.has(node)
  return {
    regions: [...members.values()].map(group => group.map(({ name }) => name)),
    regionOf,
    tensors: regionTensors(model, regionOf, runsInOwnPrecision),
  }
}

function regionTensors(
  model: PlacementModel,
  regionOf: ReadonlyMap<string, number>,
  runsInOwnPrecision: (node: NodeProto) => boolean,
): RegionTensor[] {
  const { graph, inputs, outputs, producer, readers } = model
  const names = [...inputs.map(({ name }) => name), ...graph.node.flatMap(({ output }) => output)]
  return names
    .filter(name => isFloatActivation(model, name))
    .map((name): RegionTensor => {
      const maker = producer.get(name)
      const own = maker && runsInOwnPrecision(maker) ? regionOf.get(maker.name) : undefined
      const uses = readers.get(name) ?? []
      const regions = uses.flatMap(({ node, input }) =>
        input !== undefined && runsInOwnPrecision(node) ? regionOf.get(node.name)! : [],
      )
      return {
        name,
        producer: own,
        consumers: [...new Set(regions)].filter(region => region !== own),
        floatReaders: uses.length - regions.length + (outputs.has(name) ? 1 : 0),
      }
    })
    .filter(({ producer, consumers, floatReaders }) =>
      producer === undefined ? consumers.length > 0 : consumers.length + floatReaders > 0,
    )
}

/** Sets that are joined step by step (union-find). */
function disjointSets<Item>() {
  const parent = new Map<Item, Item>()
  const find = (item: Item): Item => {
    const above = parent.get(item)
    return above === undefined ? item : find(above)
  }
  return {
    find,
    join(a: Item, b: Item) {
      const [rootA, rootB] = [find(a), find(b)]
      if (rootA !== rootB) parent.set(rootB, rootA)
    },
  }
}
