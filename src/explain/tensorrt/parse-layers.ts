import { InputError } from '../../errors.ts'
import type { LayerTensor } from '../profile.ts'
import { formatOf } from './format-of.ts'
import { isObject, type JsonObject, parseJson } from './parse-json.ts'

/** A layer as TensorRT's engine inspector describes it. */
export interface InspectedLayer {
  readonly name: string
  /** `CaskConvolution`, `Reformat`, `NoOp`, `kgen`; absent where the engine was built with names alone. */
  readonly type?: string
  readonly inputs: readonly LayerTensor[]
  readonly outputs: readonly LayerTensor[]
  /** ONNX nodes, which TensorRT names from version 10 on. */
  readonly metadata?: string
}

/**
 * Reads what `trtexec --exportLayerInfo` wrote: `{ "Layers": [...], "Bindings": [...] }`. Layers are names alone where
 * the engine was built without `--profilingVerbosity=detailed`.
 *
 * @throws InputError where the text is something else, or a layer has no name.
 */
export function parseLayers(text: string, file: string): readonly InspectedLayer[] {
  const json = parseJson(text, file)
  const layers = isObject(json) ? json.Layers : undefined
  if (!Array.isArray(layers)) {
    throw new InputError(
      `${file}: is something else than layer information: give the file that trtexec wrote for --exportLayerInfo`,
    )
  }
  return layers.map((layer: unknown, index) => {
    if (typeof layer === 'string') return { name: layer, inputs: [], outputs: [] }
    if (!isObject(layer) || typeof layer.Name !== 'string') {
      throw new InputError(`${file}: layer ${index + 1} has no name`)
    }
    return {
      name: layer.Name,
      inputs: tensors(layer.Inputs),
      outputs: tensors(layer.Outputs),
      ...(typeof layer.LayerType === 'string' && { type: layer.LayerType }),
      ...(typeof layer.Metadata === 'string' && { metadata: layer.Metadata }),
    }
  })
}

function tensors(list: unknown): LayerTensor[] {
  if (!Array.isArray(list)) return []
  return list.filter(isObject).flatMap((tensor: JsonObject) => {
    if (typeof tensor.Name !== 'string') return []
    const { Dimensions: dimensions } = tensor
    const isShape = Array.isArray(dimensions) && dimensions.every(size => typeof size === 'number')
    return {
      name: tensor.Name,
      ...formatOf(tensor['Format/Datatype'] ?? tensor.Datatype ?? tensor.DataType),
      ...(isShape && { shape: dimensions as number[] }),
    }
  })
}
