import { InputError } from '../../errors.ts'
import type { Precision } from '../backend.ts'

/** A layer of a built engine, as TensorRT's inspector describes it (`--exportLayerInfo`, `IEngineInspector`). */
export interface TensorrtLayer {
  readonly name: string
  /** `CaskConvolution`, `Reformat`, `kgen`, ...; empty where the engine was built with `layer_names_only`. */
  readonly type: string
  /** `Convolution`, `ElementWise`, ...: what was asked for, where the type says how it is done. */
  readonly parameterType: string
  readonly inputs: readonly LayerTensor[]
  readonly outputs: readonly LayerTensor[]
  /** ONNX nodes that are part of this layer; empty before 9.x, where only the name tells. */
  readonly onnxNodes: readonly string[]
  /** Name of the kernel, where the inspector says it. */
  readonly tactic?: string
}

export interface LayerTensor {
  readonly name: string
  readonly dimensions: readonly number[]
  readonly precision: Precision
  /** Data type and memory layout in TensorRT's words, e.g. `Thirty-two wide channel vectorized row major Int8 format`. */
  readonly format: string
}

/** What the inspector writes: text fields of other versions differ. */
interface RawLayer {
  readonly Name: string
  readonly LayerType?: string
  readonly ParameterType?: string
  readonly Inputs?: readonly RawTensor[]
  readonly Outputs?: readonly RawTensor[]
  readonly TacticName?: string
  readonly Metadata?: string
}

interface RawTensor {
  readonly Name: string
  readonly Dimensions?: readonly number[]
  readonly 'Format/Datatype'?: string
  /** 11.x has these two instead. */
  readonly Format?: string
  readonly DataType?: string
}

/**
 * Reads layer information in the order of running. Engines that were built with `layer_names_only` have names alone.
 *
 * @param source what to call the text in messages
 * @throws InputError where it is no layer information
 */
export function readLayerInfo(text: string, source: string): TensorrtLayer[] {
  const layers = parse(text, source)
  if (!Array.isArray(layers))
    throw new InputError(`${source}: has no \`Layers\`, so it is no layer information`)
  return layers.map((layer: string | RawLayer) =>
    layerOf(typeof layer === 'string' ? { Name: layer } : layer),
  )
}

function parse(text: string, source: string): unknown {
  try {
    // Scalars that are not finite stand there as C++ writes them.
    return (JSON.parse(text.replace(/:\s*-?(nan|inf)\b/g, ': null')) as { Layers?: unknown }).Layers
  } catch (error) {
    throw new InputError(`${source}: is not JSON, so it is no layer information: ${(error as Error).message}`)
  }
}

function layerOf(raw: RawLayer): TensorrtLayer {
  return {
    name: raw.Name,
    type: raw.LayerType ?? '',
    parameterType: raw.ParameterType ?? '',
    inputs: (raw.Inputs ?? []).map(tensorOf),
    outputs: (raw.Outputs ?? []).map(tensorOf),
    onnxNodes: (raw.Metadata ?? '')
      .split('\u001e')
      .flatMap(entry => /^\[ONNX Layer: (.*)\]$/.exec(entry)?.[1] ?? []),
    ...(raw.TacticName !== undefined && { tactic: raw.TacticName }),
  }
}

function tensorOf(raw: RawTensor): LayerTensor {
  const format = raw['Format/Datatype'] ?? [raw.DataType, raw.Format].filter(Boolean).join(', ')
  return { name: raw.Name, dimensions: raw.Dimensions ?? [], precision: precisionOf(format), format }
}

/** `Half` in 10.x is `... FP16 format` in 8.x. */
function precisionOf(format: string): Precision {
  if (/\bint8\b/i.test(format)) return 'int8'
  if (/\b(half|fp16)\b/i.test(format)) return 'half'
  return /\b(float|fp32)\b/i.test(format) ? 'float' : 'other'
}
