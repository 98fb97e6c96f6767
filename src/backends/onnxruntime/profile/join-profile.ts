import type {
  ElementType,
  EngineProfile,
  LayerTensor,
  ProfiledLayer,
} from '../../../engine/engine-profile.ts'
import { indexGraph } from '../../../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../../../onnx/onnx_pb.ts'
import { hasQdq } from '../../../quantize/qdq/has-qdq.ts'
import { quantizedGraph } from '../../../quantize/qdq/quantized-graph.ts'
import { groupedQuantile } from '../../../statistics/grouped-quantile.ts'
import type { KernelRun, KernelTensor, ProfiledRun } from './kernel-profile.ts'
import { profilerSpread, profilerWeight } from './profiler-weight.ts'
import { sourceNodes } from './source-nodes.ts'

const elementTypes: Readonly<Record<string, ElementType>> = {
  int8: 'int8',
  uint8: 'int8',
  float16: 'half',
  bfloat16: 'half',
  float: 'float',
  double: 'float',
}

/**
 * Joins the kernels that ONNX Runtime profiled with its optimized graph and the model that was loaded.
 *
 * @param source - with a name for every node, as it was loaded
 * @param runs - inferences that count, of one or more processes
 * @param timeOf - what stands for the times of a kernel, which a clock has cut down to whole µs; their median where absent
 * @throws Error if a node of the optimized graph is not among the kernels
 */
export function joinProfile(
  name: string,
  {
    source,
    optimized,
    runs,
    timeOf = median,
  }: {
    readonly source: ModelProto
    readonly optimized: ModelProto
    readonly runs: readonly ProfiledRun[]
    readonly timeOf?: (times: readonly number[]) => number
  },
): EngineProfile {
  const sources = sourceNodes(source, optimized)
  const { constants } = indexGraph(optimized.graph!)
  const nth = numberEqualNames(optimized.graph!.node)
  const unnamed = namesInProfile(optimized.graph!.node, runs[0] ?? new Map())
  const order = [...(runs[0]?.keys() ?? [])]
  const layers = optimized.graph!.node.map((node): ProfiledLayer => {
    const kernels = runs.flatMap(
      run => run.get(node.name)?.[nth.get(node)!] ?? run.get(unnamed.get(node) ?? '')?.[0] ?? [],
    )
    if (kernels.length === 0) throw new Error(`the profile of ${name} has no kernel of node ${node.name}`)
    const { conversion, nodes } = sources.get(node)!
    const times = kernels.map(({ microseconds }) => microseconds)
    return {
      name: node.name,
      op: node.opType,
      kind: conversion ? 'conversion' : 'compute',
      nodes: nodes.map(source => source.name),
      ...edges(node, kernels[0]!, constants),
      microseconds: timeOf(times),
      quartiles: [groupedQuantile(times, 0.25), groupedQuantile(times, 0.75)],
      profilerWeight: profilerWeight(kernels[0]!),
    }
  })
  const byRun = layers.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return {
    name,
    runtime: 'onnxruntime',
    quantization: hasQdq(source) ? 'explicit' : 'none',
    layers: byRun,
    profilerSpread,
    operators: new Map(source.graph!.node.map(node => [node.name, node.opType])),
    graph: quantizedGraph(source),
  }
}

function median(times: readonly number[]): number {
  return groupedQuantile(times, 0.5)
}

/**
 * Nodes without a name - parts of functions that the runtime took apart - are called `<operator>_<index>` in profiles,
 * by an index that the optimized graph does not tell: the order is the same.
 */
function namesInProfile(nodes: readonly NodeProto[], run: ProfiledRun): ReadonlyMap<NodeProto, string> {
  const taken = new Set(nodes.map(({ name }) => name))
  const free = [...run.keys()].filter(name => !taken.has(name))
  const indexOf = (name: string) => Number(/_(\d+)$/.exec(name)?.[1])
  const names = new Map<NodeProto, string>()
  for (const node of nodes) {
    if (node.name !== '') continue
    const used = [...names.values()]
    const [next] = free
      .filter(name => name.replace(/_\d+$/, '') === node.opType && !used.includes(name))
      .sort((a, b) => indexOf(a) - indexOf(b))
    if (next !== undefined) names.set(node, next)
  }
  return names
}

/** Which of the nodes of its name a node is; names need not be unique in an optimized graph. */
function numberEqualNames(nodes: readonly NodeProto[]): ReadonlyMap<NodeProto, number> {
  const counts = new Map<string, number>()
  return new Map(
    nodes.map(node => {
      const number = counts.get(node.name) ?? 0
      counts.set(node.name, number + 1)
      return [node, number]
    }),
  )
}

/** Tensors that a layer takes and gives. Constants are left out unless it reads nothing else: then it converts them. */
function edges(
  node: NodeProto,
  kernel: KernelRun,
  constants: { has(name: string): boolean },
): Pick<ProfiledLayer, 'inputs' | 'outputs'> {
  const inputs = named(node.input, kernel.inputs)
  const activations = inputs.filter(({ name }) => !constants.has(name))
  return {
    inputs: activations.length > 0 ? activations : inputs.slice(0, 1),
    outputs: named(node.output, kernel.outputs),
  }
}

function named(names: readonly string[], tensors: readonly KernelTensor[]): LayerTensor[] {
  return names
    .filter(name => name !== '')
    .map((name, position) => {
      const { type, shape } = tensors[position] ?? { type: '' }
      return { name, type: elementTypes[type] ?? 'other', ...(shape && { shape }) }
    })
}
