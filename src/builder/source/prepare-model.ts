import { access, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { graphOnly } from '../../backends/onnxruntime/session/graph-only.ts'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { environment } from '../../engine/environment.ts'
import { InputError } from '../../errors.ts'
import { readModel } from '../../onnx/read-model.ts'
import { ofOurOwn, writeModel } from '../../onnx/write-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { type QuantizableModel, quantizableForm } from '../../quantize/quantizable-form.ts'
import { quantizedOperator } from '../../quantize/quantized-operator.ts'
import { distinctNames } from '../../quantize/rewrites/distinct-names.ts'
import { cached } from '../cache/cache.ts'
import type { BuildTask } from '../task.ts'
import { inferTypes } from './infer-types.ts'
import { refuseBroken } from './refuse-broken.ts'

/** The fp32 model as quantization takes it, and where it lies. */
export interface PreparedModel extends QuantizableModel {
  readonly path: string
}

/**
 * The runtime's own simplification of the fp32 model: constants folded, BatchNormalization folded into the
 * convolutions before it. What it fuses in float must not come between a layer and its Q/DQ pairs. Element types that
 * follow from no operator of ONNX are the runtime's.
 *
 * @throws InputError if the runtime cannot load the model, if it is quantized already, or if it stores NaN
 */
export async function prepareModel({
  source,
  signal,
}: Pick<BuildTask, 'source' | 'signal'>): Promise<PreparedModel> {
  const key = {
    kind: 'quantizable model with types, plain products and distinct names',
    model: source.sha256,
    onnxruntime: environment().onnxruntime,
  }
  const { directory } = await cached(key, async directory => {
    await checkSource(source.path)
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const settings = { threads: 1, level: 'basic', optimizedModelPath, config: graphOnly } as const
    const engines = await openEngines([{ id: 'optimized', model: source.path, settings }], {
      signal,
      reuse: true,
    })
    await engines.stop()
    const ownData = `${optimizedModelPath}.data`
    const hasOwnData = await access(ownData).then(
      () => true,
      () => false,
    )
    const dataBeside = hasOwnData ? optimizedModelPath : source.path
    const optimized = await readModel(optimizedModelPath, { dataBeside, optimizedFrom: source.path })
    const typed = await inferTypes(distinctNames(optimized), directory, signal)
    // Raising the operator set may add tensors, which calibration must see.
    await writeModel(quantizableForm(typed).model, join(directory, 'prepared.onnx'), {
      externalDataOver: ofOurOwn,
    })
    for (const file of await readdir(directory)) {
      if (!file.startsWith('prepared.onnx')) await rm(join(directory, file))
    }
    return {}
  })
  const path = join(directory, 'prepared.onnx')
  return { path, ...quantizableForm(await readModel(path)) }
}

/** Throws InputError if a model is quantized already or stores NaN. It is no longer in memory when this is through. */
async function checkSource(path: string): Promise<void> {
  const model = nameNodes(await readModel(path))
  refuseBroken(model, path)
  const found = quantizedOperator(model)
  if (!found) return
  const { node, form } = found
  throw new InputError(
    `${path}: node \`${node.name}\` is a ${node.opType}, so the model is quantized already (${form}): give the float model that it was made from, or name this one as \`model\` of an explicit variant`,
  )
}
