import { basename } from 'node:path'
import { InputError } from '../../../errors.ts'
import { dataFiles } from '../../../onnx/external-data/data-files.ts'
import { calibrationCacheText } from '../calibration-cache.ts'
import type { BuildRequest, BuiltPlan, TensorrtHost } from '../host.ts'
import type { Machine } from '../machine/machine.ts'
import { readPlanDescription, shapesOf } from '../plan/plan-file.ts'
import { profiledInferences, type TrtexecProfile } from '../plan/read-profile.ts'
import type { TensorrtTarget } from '../target.ts'
import { isStronglyTyped } from '../typing.ts'
import { answers } from './answers.ts'
import { findModule } from './find-module.ts'
import { openPython } from './open-python.ts'
import { startPythonHost } from './python-host.ts'

/** TensorRT's Python module: all engines of a comparison in one process. */
export const python: TensorrtHost = {
  name: 'python',
  runtime: async (machine, target) => `TensorRT ${await findModule(machine, target)} (python)`,
  build,
  open: openPython,
  async profile(machine, plans, target, { signal }) {
    const host = await startPythonHost(machine, target, { signal })
    try {
      const profiles: TrtexecProfile[] = []
      for (const plan of plans) {
        const description = await readPlanDescription(plan)
        const args = { plan: await machine.send(plan), shapes: shapesOf(description) }
        profiles.push(
          await host.call('profile', { ...args, inferences: profiledInferences }, answers.profile),
        )
      }
      return profiles
    } finally {
      await host.stop()
    }
  },
}

async function build(
  machine: Machine,
  target: TensorrtTarget,
  { source, signature, timingCache, keepCalibration, signal, onProgress }: BuildRequest,
): Promise<BuiltPlan> {
  const host = await startPythonHost(machine, target, { signal })
  try {
    const { version } = host
    const strong = isStronglyTyped(version, target, source)
    const precisions = source.quantization === 'none' || strong ? [] : ['INT8', 'FP16']
    const cache = source.scales && calibrationCacheText(source.scales, version.number)
    if (cache !== undefined) await keepCalibration(cache)
    onProgress?.(`TensorRT ${version.text} builds ${basename(source.model)}: a minute or more`)
    const { log, layers, seconds } = await host
      .call(
        'build',
        {
          model: await machine.send(source.model, await dataFiles(source.model)),
          plan: machine.path('engine.plan'),
          shapes: shapesOf(signature),
          precisions,
          cache: cache ?? null,
          timingCache: timingCache ?? machine.path('timing.cache'),
          strong,
        },
        answers.build,
      )
      .catch((error: unknown) => {
        throw error instanceof InputError ? new InputError(`${source.model}: ${error.message}`) : error
      })
    const flags = precisions.length > 0 ? precisions.join(' and ') : 'the types of the model'
    const note = `built by TensorRT ${version.text} (Python) in ${seconds.toFixed(1)} s with ${flags}`
    return { version, layers: async () => layers, log: log.join('\n'), note }
  } finally {
    await host.stop()
  }
}
