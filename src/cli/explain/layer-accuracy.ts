import type { Engine } from '../../builder/engine.ts'
import { InputError } from '../../errors.ts'
import { accuracyByLayer } from '../../explain/onnxruntime/accuracy-by-layer.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { readModel } from '../../onnx/read-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import { accuracyOn } from './accuracy-on.ts'

/** What quantization does to accuracy, layer by layer, in the first of the engines that has Q/DQ nodes. */
export async function layerAccuracy(
  engines: readonly Engine[],
  {
    target,
    ...options
  }: MeasureOptions & { readonly directory: string; readonly onProgress: (line: string) => void },
) {
  for (const engine of engines) {
    const model = nameNodes(await readModel(engine.model))
    if (!hasQdq(model)) continue
    const accuracyOf = accuracyOn(engine, options.signal)
    if (!accuracyOf) {
      throw new InputError('`--accuracy` needs labelled data: name it as `--evaluation`, or in the contract')
    }
    const score = await accuracyOf({ id: engine.variant, model: engine.model })
    const layers = await accuracyByLayer(model, { ...options, target, accuracyOf })
    return { variant: engine.variant, score, layers }
  }
  throw new InputError('`--accuracy` needs a model with Q/DQ nodes: neither has any')
}
