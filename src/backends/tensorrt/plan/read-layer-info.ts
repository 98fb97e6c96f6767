import type { Precision } from '../../../engine/backend.ts'
import { InputError } from '../../../errors.ts'
import { isRecord } from '../../../is-record.ts'
import { layerInfoJson } from './layer-info-json.ts'

/** A layer of a built engine, as TensorRT's inspector describes it (`--exportLayerInfo`, `IEngineInspector`). */
export interface TensorrtLayer {
  readonly name: string
  /** `CaskConvolution`, `Reformat`, `kgen`, ...; empty if the engine was built with `layer_names_only`. */
  readonly type: string
  /** `Convolution`, `ElementWise`, ...: what was asked for, where the type says how it is done. */
  readonly parameterType: string
  readonly inputs: readonly LayerTensor[]
  readonly outputs: readonly LayerTensor[]
  /** ONNX nodes that are part of this layer; empty before 8.6, where only the name tells. */
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

/** A JSON object whose fields nobody has looked at: they differ from version to version. */
type Raw = Readonly<Record<string, unknown>>

/**
 * Reads layer information in the order of running. Engines that were built with `layer_names_only` have names alone.
 *
 * @param source what to call the text in messages
 * @throws InputError if it is no layer information
 */
export function readLayerInfo(text: string, source: string): TensorrtLayer[] {
  return layerInfoJson(text, source).map((layer: unknown, index) => {
    const raw = typeof layer === 'string' ? { Name: layer } : layer
    if (isRecord(raw) && typeof raw.Name === 'string') return layerOf(raw.Name, raw)
    throw new InputError(`${source}: layer ${index + 1} has no name`)
  })
}

function layerOf(name: string, raw: Raw): TensorrtLayer {
  const tactic = textOf(raw.TacticName)
  return {
    name,
    type: textOf(raw.LayerType),
    parameterType: textOf(raw.ParameterType),
    inputs: tensorsOf(raw.Inputs),
    outputs: tensorsOf(raw.Outputs),
    onnxNodes: nodesIn(textOf(raw.Metadata)),
    ...(tactic !== '' && { tactic }),
  }
}

/** `[ONNX Layer: a]` for each node, separated by control characters of which 10.x has two. */
function nodesIn(metadata: string): string[] {
  const entries = metadata.split('[ONNX Layer: ').slice(1)
  return [...new Set(entries.map(entry => entry.slice(0, Math.max(0, entry.lastIndexOf(']')))))]
}

function tensorsOf(list: unknown): LayerTensor[] {
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).map(raw => {
    // 11.x has two fields instead of one.
    const format =
      textOf(raw['Format/Datatype']) || [raw.DataType, raw.Format].map(textOf).filter(Boolean).join(', ')
    const dimensions = Array.isArray(raw.Dimensions) ? raw.Dimensions : []
    return {
      name: textOf(raw.Name),
      dimensions: dimensions.filter(size => typeof size === 'number'),
      precision: precisionOf(format),
      format,
    }
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Whether the inspector knew no type, because the engine takes several shapes and no context said which. */
export function isOfDynamicShape(format: string): boolean {
  return /due to dynamic shapes/i.test(format)
}

/** `Half` in 10.x is `... FP16 format` in 8.x. */
function precisionOf(format: string): Precision {
  if (/\bint8\b/i.test(format)) return 'int8'
  if (/\b(half|fp16)\b/i.test(format)) return 'half'
  return /\b(float|fp32)\b/i.test(format) ? 'float' : 'other'
}
