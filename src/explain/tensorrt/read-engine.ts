import { layerNodes } from '../../backends/tensorrt/plan/layer-nodes.ts'
import {
  isOfDynamicShape,
  readLayerInfo,
  type TensorrtLayer,
} from '../../backends/tensorrt/plan/read-layer-info.ts'
import { readProfile, type TrtexecProfile } from '../../backends/tensorrt/plan/read-profile.ts'
import { readTimes } from '../../backends/tensorrt/trtexec/read-times.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import { InputError } from '../../errors.ts'
import { readText } from '../../read-text.ts'
import { quantileInterval } from '../../statistics/intervals/quantile-interval.ts'
import { describeLayers, profiledLayers } from './profiled-layers.ts'

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

/** trtexec's default for --warmUp, in ms from its start. */
const warmUp = 200

/**
 * Reads what trtexec wrote about an engine, on whatever machine.
 *
 * @throws InputError if a file cannot be read, is something else, or is about another engine.
 */
export async function readEngine(files: EngineFiles, name: string): Promise<EngineProfile> {
  const profile = readProfile(await readText(files.profile), files.profile)
  const inspected =
    files.layers === undefined ? [] : readLayerInfo(await readText(files.layers), files.layers)
  const times = files.times === undefined ? undefined : medianTime(await readText(files.times), files.times)
  const described = describeLayers(profile, inspected)
  if (files.layers !== undefined && described.every(layer => layer === undefined)) {
    throw new InputError(
      `${files.layers} describes none of the layers of ${files.profile}: give files of one engine`,
    )
  }
  return {
    name,
    runtime: 'tensorrt',
    quantization: quantizationOf(profile, described),
    layers: profiledLayers(profile, described, files.profile),
    ...(times && { latency: times }),
    notes: notes(profile, files, described),
  }
}

/**
 * Time of an inference on the device, in µs: transfers are no work of the engine. Versions before 8.5 wrote the
 * inferences of the warm-up too; they are left out, unless there are no others.
 */
function medianTime(text: string, source: string): NonNullable<EngineProfile['latency']> {
  const rows = readTimes(text, source)
  const warm = rows.filter(({ startComputeMs }) => startComputeMs >= warmUp)
  const times = (warm.length > 0 ? warm : rows).map(({ computeMs }) => computeMs * 1000)
  const { value, lower, upper } = quantileInterval(times, 0.5)
  if (value > 0) return { median: value, lower, upper }
  throw new InputError(`${source}: inferences take ${value} µs: time the engine again`)
}

function quantizationOf(
  { layers }: TrtexecProfile,
  described: readonly (TensorrtLayer | undefined)[],
): EngineProfile['quantization'] {
  const hasQdq = layers.some(
    ({ name }, position) => layerNodes(name, described[position]?.onnxNodes).qdq.length > 0,
  )
  if (hasQdq) return 'explicit'
  const tensors = described.flatMap(layer => [...(layer?.inputs ?? []), ...(layer?.outputs ?? [])])
  return tensors.some(({ precision }) => precision === 'int8') ? 'implicit' : 'none'
}

function notes(
  { count }: TrtexecProfile,
  { layers, times }: EngineFiles,
  described: readonly (TensorrtLayer | undefined)[],
): string[] {
  const known = described.filter(layer => layer !== undefined && layer.type !== '').length
  const few = count === 1 ? 'only 1 inference was profiled' : `only ${count} inferences were profiled`
  const dynamic = described.some(layer => layer?.inputs.some(({ format }) => isOfDynamicShape(format)))
  const detail = '`--profilingVerbosity=detailed` when it is built'
  return [
    ...(count < fewInferences ? [few] : []),
    ...(layers === undefined
      ? [`there is no layer information (\`--exportLayerInfo\`, ${detail}), so precision is not known`]
      : known < described.length
        ? [`${described.length - known} of ${described.length} layers are not described (${detail})`]
        : []),
    ...(dynamic
      ? ['the engine takes several shapes, so precision is not known: export the layers with `--shapes`']
      : []),
    ...(times === undefined ? ['there are no times (`--exportTimes`), so the latency is not known'] : []),
  ]
}
