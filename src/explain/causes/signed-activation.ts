import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { floatLayers } from '../onnxruntime/float-rows.ts'

/**
 * INT8 activations that several nodes read: x86 kernels want UINT8, and ONNX Runtime rewrites a signed pair only where
 * its Q has a single DQ. Residual networks lose their convolutions that way.
 */
export const signedActivation: Cause = {
  name: 'signed-activation',
  find(comparison) {
    const found = floatLayers(comparison, 'signed-readers')
    if (!found) return undefined
    const { nodes, costs } = found
    return {
      costs,
      sentence: `${countOf(nodes.length, 'layer')} ${verb(nodes.length, 'runs', 'run')} in float, because signed activations with several readers stay signed, for which there is no fast kernel: ${listNames(nodes.map(({ name }) => name))}`,
      remedy: 'quantize activations to UINT8: the same scale, the zero point 128 higher',
      remedyId: 'unsigned-activations',
      nodes: nodes.map(({ name }) => name),
    }
  },
}
