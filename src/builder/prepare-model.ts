import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { graphOnly } from '../backends/onnxruntime/session/graph-only.ts'
import { openEngines } from '../backends/onnxruntime/session/open-engines.ts'
import { environment } from '../engine/environment.ts'
import { readModel } from '../onnx/read-model.ts'
import { ofOurOwn, writeModel } from '../onnx/write-model.ts'
import { type QuantizableModel, quantizableForm } from '../quantize/quantizable-form.ts'
import { cached } from './cache/cache.ts'
import type { BuildTask } from './task.ts'

/** The fp32 model as quantization takes it, and where it lies. */
export interface PreparedModel extends QuantizableModel {
  readonly path: string
}

/**
 * The runtime's own simplification of the fp32 model: constants folded, BatchNormalization folded into the
 * convolutions before it. What it fuses in float must not come between a layer and its Q/DQ pairs.
 */
export async function prepareModel({
  source,
  signal,
}: Pick<BuildTask, 'source' | 'signal'>): Promise<PreparedModel> {
  const key = { kind: 'quantizable model', model: source.sha256, onnxruntime: environment().onnxruntime }
  const { directory } = await cached(key, async directory => {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const settings = { threads: 1, level: 'basic', optimizedModelPath, config: graphOnly } as const
    const engines = await openEngines([{ id: 'optimized', model: source.path, settings }], { signal })
    await engines.stop()
    const ownData = `${optimizedModelPath}.data`
    const hasOwnData = await access(ownData).then(
      () => true,
      () => false,
    )
    const dataBeside = hasOwnData ? optimizedModelPath : source.path
    const optimized = await readModel(optimizedModelPath, { dataBeside })
    // Raising the operator set may add tensors, which calibration must see.
    await writeModel(quantizableForm(optimized).model, join(directory, 'prepared.onnx'), {
      externalDataOver: ofOurOwn,
    })
    for (const file of [optimizedModelPath, ownData]) await rm(file, { force: true })
    return {}
  })
  const path = join(directory, 'prepared.onnx')
  return { path, ...quantizableForm(await readModel(path)) }
}
