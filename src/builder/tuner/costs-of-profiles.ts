import { linearRegression, linearRegressionLine, median } from 'simple-statistics'
import type { EngineProfile, ProfiledLayer } from '../../engine/engine-profile.ts'
import type { CostModel } from './cost-model.ts'
import type { RegionGraph, RegionTensor } from './regions.ts'

/** An engine whose plan is known, as it was profiled. */
export interface ProfiledPlan {
  /** Positions of the regions in INT8. */
  readonly int8: ReadonlySet<number>
  readonly profile: EngineProfile
}

/**
 * Costs as they are in the context of whole engines: kernels from the engines that are all float and all INT8; Q, DQ and
 * changes of layout from wherever a tensor crosses from one precision into the other. A tensor that crosses in none of
 * the engines costs what others of its size do.
 *
 * @param plans - all float first, then all INT8, then others
 */
export function costsOfProfiles(graph: RegionGraph, plans: readonly ProfiledPlan[]): CostModel {
  const kernels = { float: graph.regions.map(() => 0), int8: graph.regions.map(() => 0) }
  const crossings = graph.tensors.map(() => ({ quantize: [] as number[], dequantize: [] as number[] }))
  const sizes = new Map<string, number>()
  const overhead = profilerOverhead(plans)
  for (const [position, { int8, profile }] of plans.entries()) {
    const uniform = [kernels.float, kernels.int8][position]
    const converted = new Map<number, number>()
    const trace = traceConversions(graph, profile)
    for (const layer of profile.layers) {
      const region = regionOf(layer, graph)
      if (layer.kind === 'compute') {
        if (uniform && region !== undefined) uniform[region]! += layer.microseconds - overhead
        continue
      }
      const tensor = trace(layer)
      if (tensor !== undefined)
        converted.set(tensor, (converted.get(tensor) ?? 0) + layer.microseconds - overhead)
    }
    for (const [index, tensor] of graph.tensors.entries()) {
      const size = elementsOf(tensor, graph, profile)
      if (size !== undefined) sizes.set(tensor.name, size)
      const microseconds = converted.get(index) ?? 0
      const { direction, readers } = crossing(tensor, int8)
      if (direction) crossings[index]![direction].push(microseconds / readers)
      // A change of layout where no precision changes belongs to the node itself.
      else if (uniform && tensor.producer !== undefined) uniform[tensor.producer]! += microseconds
    }
  }
  const priceOf = {
    quantize: priceList(graph, crossings, sizes, 'quantize'),
    dequantize: priceList(graph, crossings, sizes, 'dequantize'),
  }
  return {
    regions: graph.regions.map((nodes, i) => ({
      nodes,
      microseconds: { float: kernels.float[i]!, int8: kernels.int8[i]! },
    })),
    boundaries: graph.tensors.map(({ name, ...tensor }, i) => ({
      tensor: name,
      ...tensor,
      quantize: priceOf.quantize(i),
      dequantize: priceOf.dequantize(i),
    })),
  }
}

/** What the profiler adds to each kernel, in µs: a kernel that does next to nothing shows it. */
function profilerOverhead(plans: readonly ProfiledPlan[]): number {
  return Math.min(...plans.flatMap(({ profile }) => profile.layers.map(({ microseconds }) => microseconds)))
}

type Direction = 'quantize' | 'dequantize'

/** Which way a tensor crosses in a plan, if it does, and how many readers pay for it. */
function crossing(
  { producer, consumers, floatReaders }: RegionTensor,
  int8: ReadonlySet<number>,
): { direction?: Direction; readers: number } {
  const inInt8 = consumers.filter(region => int8.has(region)).length
  if (producer === undefined || !int8.has(producer)) {
    return inInt8 > 0 ? { direction: 'quantize', readers: 1 } : { readers: 1 }
  }
  const readers = consumers.length - inInt8 + floatReaders
  return readers > 0 ? { direction: 'dequantize', readers } : { readers: 1 }
}

function regionOf({ nodes }: ProfiledLayer, graph: RegionGraph): number | undefined {
  return nodes.map(name => graph.regionOf.get(name)).find(region => region !== undefined)
}

/** Follows a conversion back to the tensor, by position, that it converts; undefined if that is none of ours. */
function traceConversions(graph: RegionGraph, { layers }: EngineProfile) {
  const maker = new Map(layers.flatMap(layer => layer.outputs.map(({ name }) => [name, layer])))
  const positions = new Map(graph.tensors.map(({ name }, i) => [name, i]))
  const exits = new Map<number, number>()
  for (const [i, { producer }] of graph.tensors.entries()) if (producer !== undefined) exits.set(producer, i)
  return (conversion: ProfiledLayer): number | undefined => {
    let name = conversion.inputs[0]?.name ?? ''
    let before = maker.get(name)
    while (before?.kind === 'conversion') {
      name = before.inputs[0]?.name ?? ''
      before = maker.get(name)
    }
    const known = positions.get(name)
    if (known !== undefined) return known
    const region = before && regionOf(before, graph)
    return region === undefined ? undefined : exits.get(region)
  }
}

/** Number of elements, from the shape that the profile gives of it. */
function elementsOf(
  { name, producer }: RegionTensor,
  graph: RegionGraph,
  { layers }: EngineProfile,
): number | undefined {
  const tensors = layers.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
  const last = layers.findLast(layer => producer !== undefined && regionOf(layer, graph) === producer)
  const shape = tensors.find(tensor => tensor.name === name)?.shape ?? last?.outputs[0]?.shape
  return shape?.reduce((product, size) => product * size, 1)
}

/** The price of a crossing by position of the tensor: as measured, or by the size of the tensor. */
function priceList(
  { tensors }: RegionGraph,
  crossings: readonly Readonly<Record<Direction, readonly number[]>>[],
  sizes: ReadonlyMap<string, number>,
  direction: Direction,
): (tensor: number) => number {
  const points = crossings.flatMap((seen, i) => {
    const size = sizes.get(tensors[i]!.name)
    return seen[direction].length > 0 && size !== undefined ? [[size, median([...seen[direction]])]] : []
  })
  const line = points.length > 1 ? linearRegressionLine(linearRegression(points)) : undefined
  const usual = points.length > 0 ? median(points.map(([, microseconds]) => microseconds!)) : 0
  return i => {
    const seen = crossings[i]![direction]
    if (seen.length > 0) return median([...seen])
    const size = sizes.get(tensors[i]!.name)
    return line && size !== undefined ? Math.max(line(size), 0) : usual
  }
}
