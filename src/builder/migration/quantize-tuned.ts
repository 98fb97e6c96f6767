import { copyFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InputError } from '../../errors.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { readModel } from '../../onnx/read-model.ts'
import { inOneFile, writeModel } from '../../onnx/write-model.ts'
import { buildEngines } from '../build-engines.ts'
import type { BuildOptions, BuildSpec } from '../build-spec.ts'
import type { Engine } from '../engine.ts'
import { refuseDataOf } from '../refuse-data-of.ts'
import type { ExplicitVariant } from '../variant.ts'

export interface FileToTune
  extends Pick<BuildSpec, 'model' | 'calibration' | 'evaluation' | 'target' | 'seed'>,
    Pick<ExplicitVariant, 'trials' | 'buildTime' | 'outputError' | 'maxAccuracyDrop'> {
  readonly method?: ExplicitVariant['calibration']
  /** Where the explicit model goes. */
  readonly out: string
  /** Where its plan goes. */
  readonly plan: string
}

/**
 * Looks for the fastest Q/DQ pairs on a target with TensorRT, as a variant of placement `tuned` does, and writes the model that
 * has them, with its plan.
 *
 * @throws InputError as `buildEngines`, and if the target builds no engines of its own
 */
export async function quantizeTuned(file: FileToTune, options: BuildOptions = {}): Promise<Engine> {
  const { model, method, out, plan, trials, buildTime, outputError, maxAccuracyDrop, ...spec } = file
  const dataOfModel = await dataFiles(model)
  refuseDataOf(dataOfModel, out)
  const tuned: ExplicitVariant = {
    quantization: 'explicit',
    placement: 'tuned',
    ...(method !== undefined && { calibration: method }),
    ...(trials !== undefined && { trials }),
    ...(buildTime !== undefined && { buildTime }),
    ...(outputError !== undefined && { outputError }),
    ...(maxAccuracyDrop !== undefined && { maxAccuracyDrop }),
  }
  const engines = await buildEngines({ ...spec, model, variants: { tuned } }, options)
  const folder = dirname(engines.tuned.model)
  const explicit = await readModel(join(folder, 'explicit.onnx'))
  await writeModel(explicit, resolve(out), { externalDataOver: dataOfModel.length > 0 ? 0 : inOneFile })
  await copyFile(join(folder, 'explicit.plan.json'), resolve(plan)).catch(error => {
    throw new InputError(`${plan}: cannot be written: ${error.message}`)
  })
  return engines.tuned
}
