import { readFile } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { quantileInterval } from '../../statistics/quantile-interval.ts'
import type { EngineProfile, ProfiledLayer } from '../profile.ts'
import { layerNodes } from './layer-nodes.ts'
import { type InspectedLayer, parseLayers } from './parse-layers.ts'
import { parseProfile, type TensorrtProfile } from './parse-profile.ts'
import { parseTimes } from './parse-times.ts'

/** The files that trtexec wrote about one engine. */
export interface EngineFiles {
  /** --exportProfile */
  readonly profile: string
  /** --exportLayerInfo */
  readonly layers?: string | undefined
  /** --exportTimes */
  readonly times?: string | undefined
}

/** Inferences below which a profile is worth a warning. */
const fewInferences = 10

/**
 * Reads what trtexec wrote about an engine, on whatever machine.
 *
 * @throws InputError where a file cannot be read, is something else, or is about another engine.
 */
export async function readEngine(files: EngineFiles, name: string): Promise<EngineProfile> {
  const profile = parseProfile(await read(files.profile), files.profile)
  const inspected = files.layers === undefined ? [] : parseLayers(await read(files.layers), files.layers)
  const times = files.times === undefined ? undefined : parseTimes(await read(files.times), files.times)
  const layers = describe(profile, inspected)
  if (files.layers !== undefined && layers.every(layer => layer === undefined)) {
    throw new InputError(
      `${files.layers} describes none of the layers of ${files.profile}: give files of one engine`,
    )
  }
  const latency = times && quantileInterval(times, 0.5)
  const known = layers.map(
    (layer, position) => layer ?? { ...profile.layers[position]!, inputs: [], outputs: [] },
  )
  return {
    name,
    runtime: 'tensorrt',
    quantization: quantizationOf(known),
    layers: known.map((layer, position) => profiledLayer(layer, profile.layers[position]!.microseconds)),
    ...(latency && { latency: { median: latency.value, lower: latency.lower, upper: latency.upper } }),
    notes: notes(profile, files, layers),
  }
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT' ? 'does not exist: check its path' : `cannot be read: ${error.message}`
    throw new InputError(`${path}: ${why}`)
  })
}

/** The description of each profiled layer: by name, of equal names in order. */
function describe(
  { layers }: TensorrtProfile,
  inspected: readonly InspectedLayer[],
): (InspectedLayer | undefined)[] {
  const byName = new Map<string, InspectedLayer[]>()
  for (const layer of inspected) byName.set(layer.name, [...(byName.get(layer.name) ?? []), layer])
  return layers.map(({ name }) => byName.get(name)?.shift())
}

function quantizationOf(layers: readonly InspectedLayer[]): EngineProfile['quantization'] {
  if (layers.some(layer => layerNodes(layer).qdq.length > 0)) return 'explicit'
  const tensors = layers.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
  return tensors.some(({ type }) => type === 'int8') ? 'implicit' : 'none'
}

function profiledLayer(layer: InspectedLayer, microseconds: number): ProfiledLayer {
  const { name, type = '', inputs, outputs } = layer
  const nodes = layerNodes(layer)
  const copies = type === 'Reformat' || name.startsWith('Reformatting CopyNode')
  const kind = copies || (nodes.compute.length === 0 && nodes.qdq.length > 0) ? 'conversion' : 'compute'
  return {
    name,
    op: type,
    kind,
    nodes: kind === 'conversion' ? nodes.qdq : nodes.compute,
    inputs,
    outputs,
    microseconds,
  }
}

function notes(
  { count }: TensorrtProfile,
  { layers, times }: EngineFiles,
  described: readonly (InspectedLayer | undefined)[],
): string[] {
  const undescribed = described.filter(layer => layer?.type === undefined).length
  return [
    ...(count < fewInferences
      ? [`only ${count} ${count === 1 ? 'inference was' : 'inferences were'} profiled`]
      : []),
    ...(layers === undefined
      ? [
          'no layer information: precision and tensors are not known (`--exportLayerInfo` with `--profilingVerbosity=detailed`)',
        ]
      : undescribed === described.length
        ? ['layer information holds names alone: build with `--profilingVerbosity=detailed`']
        : undescribed > 0
          ? [`${undescribed} of ${described.length} layers are not in the layer information`]
          : []),
    ...(times === undefined ? ['no times: the latency is not known (`--exportTimes`)'] : []),
  ]
}
