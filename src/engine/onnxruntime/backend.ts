import { InputError } from '../../errors.ts'
import type { Backend } from '../backend.ts'
import { defaultTarget } from '../target.ts'
import { inspectModel } from './inspect-model.ts'
import { openEngines } from './open-engines.ts'

/** ONNX Runtime runs ONNX files as they are, all engines of a comparison in one process. */
export const onnxruntime: Backend = {
  defaults: { provider: defaultTarget.provider },
  check({ provider, device, launcher }) {
    if (provider !== 'cpu') {
      throw new InputError(
        `target onnxruntime/${provider} is not there: this version runs on onnxruntime/cpu`,
      )
    }
    for (const [name, value] of Object.entries({ device, launcher })) {
      if (value !== undefined) {
        throw new InputError(`\`${name}\` of the target is for GPUs: leave it out with onnxruntime/cpu`)
      }
    }
  },
  accelerator: async () => undefined,
  open: (engines, { threads }, options) =>
    openEngines(
      engines.map(engine => ({ ...engine, settings: { threads } })),
      options,
    ),
  inspect: (engine, { threads }, signal) => inspectModel(engine, { threads }, signal),
}
