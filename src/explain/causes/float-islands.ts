import { isFloat, type ProfiledLayer, precisionOf } from '../../engine/engine-profile.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'
import { costsOf } from '../costs-of.ts'
import { extraTime } from '../extra-time.ts'
import { layerGraph } from '../layer-graph.ts'

/**
 * Float layers between INT8 layers: values are dequantized and brought into the float layout on the way in, and quantized
 * on the way out. Weighted layers with pairs have causes of their own.
 */
export const floatIslands: Cause = {
  name: 'float-islands',
  find(comparison) {
    const { subject } = comparison
    if (subject.runtime !== 'onnxruntime' || subject.quantization !== 'explicit') return undefined
    const { readersOf, producersOf } = layerGraph(subject.layers)
    const around = (layer: ProfiledLayer, next: (of: ProfiledLayer) => readonly ProfiledLayer[]) => {
      const conversions: ProfiledLayer[] = []
      const queue = [...next(layer)]
      for (const each of queue) {
        if (each.kind !== 'conversion' || conversions.includes(each)) continue
        conversions.push(each)
        queue.push(...next(each))
      }
      return conversions
    }
    const islands = subject.layers.filter(
      layer =>
        layer.kind === 'compute' &&
        isFloat({ type: precisionOf(layer) }) &&
        around(layer, producersOf).some(({ inputs }) => inputs[0]?.type === 'int8') &&
        around(layer, readersOf).some(({ outputs }) => outputs[0]?.type === 'int8'),
    )
    if (islands.length === 0) return undefined
    const boundary = islands.flatMap(layer => [...around(layer, producersOf), ...around(layer, readersOf)])
    return {
      costs: costsOf([...boundary, ...islands], extraTime(comparison)),
      sentence: `${countOf(islands.length, 'layer')} in float ${verb(islands.length, 'lies', 'lie')} between INT8 layers, with ${countOf(new Set(boundary).size, 'conversion')} at ${verb(islands.length, 'its', 'their')} borders: ${listNames(islands.map(({ nodes, name }) => nodes[0] ?? name))}`,
      remedy:
        'quantize them too if the runtime has an integer kernel, otherwise leave their neighbours in float',
      remedyId: 'quantize-outputs',
    }
  },
}
