import {
  type EngineProfile,
  isFloat,
  isInt8,
  type LayerTensor,
  type ProfiledLayer,
} from '../engine/engine-profile.ts'
import { layerGraph } from './layer-graph.ts'
import { operatorOf } from './operator-of.ts'

/** A residual addition in an INT8 engine that does not add INT8. */
export interface FloatAddition {
  readonly layer: ProfiledLayer
  /** Float inputs that were never INT8: no Q/DQ pair stands on them. */
  readonly unquantized: readonly LayerTensor[]
  /** Float inputs that were INT8 and were dequantized for it. */
  readonly dequantized: readonly LayerTensor[]
}

/** Additions of two tensors, fused or not, of which one is float, while INT8 is beside them: at an input or at a conversion. */
export function floatAdditions(engine: EngineProfile): FloatAddition[] {
  const { conversionsAround, conversionsBefore } = layerGraph(engine.layers)
  const isAddition = (layer: ProfiledLayer) =>
    layer.kind === 'compute' &&
    layer.inputs.length > 1 &&
    layer.nodes.some(node => /^(add|sum)$/i.test(operatorOf(node, engine)))
  const isBesideInt8 = (layer: ProfiledLayer) =>
    layer.inputs.some(isInt8) ||
    conversionsAround(layer).some(({ inputs, outputs }) => [...inputs, ...outputs].some(isInt8))
  return engine.layers
    .filter(layer => isAddition(layer) && layer.inputs.some(isFloat) && isBesideInt8(layer))
    .map(layer => {
      const wasInt8 = (tensor: LayerTensor) =>
        conversionsBefore(tensor).some(({ inputs }) => inputs.some(isInt8))
      const float = layer.inputs.filter(isFloat)
      return {
        layer,
        unquantized: float.filter(tensor => !wasInt8(tensor)),
        dequantized: float.filter(wasInt8),
      }
    })
}
