import type { Backend } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { watchGpus } from '../gpu/watch-gpus.ts'
import { acceleratorOf } from './accelerator-of.ts'
import { installedTensorrt } from './installed-tensorrt.ts'
import { isPython } from './is-python.ts'
import { readPlanDescription } from './plan/plan-file.ts'
import { compileByPython } from './python/compile-by-python.ts'
import { openPython } from './python/open-python.ts'
import { compileByTrtexec } from './trtexec/compile-by-trtexec.ts'
import { openTrtexec } from './trtexec/open-trtexec.ts'

/** Each takes a minute or more, and what ten of them do not tell, an eleventh hardly will. */
export const mostBuilds = 10

/** TensorRT builds an engine file for one GPU and one batch, and runs it through its own programs. */
export const tensorrt: Backend = {
  defaults: { device: 0 },
  check({ provider, device, builds = 1, launcher, threads }) {
    if (provider !== undefined) {
      throw new InputError('`provider` of the target is for onnxruntime: leave it out with tensorrt')
    }
    if (threads !== 1) throw new InputError('`threads` of the target is for CPUs: leave it out with tensorrt')
    if (!Number.isSafeInteger(device) || device! < 0) {
      throw new InputError(`\`device\` of the target is ${device}: it is a whole number from 0`)
    }
    if (!Number.isSafeInteger(builds) || builds < 1 || builds > mostBuilds) {
      throw new InputError(
        `\`builds\` of the target is ${builds}: it is a whole number from 1 to ${mostBuilds}`,
      )
    }
    if (launcher?.some(word => word === ''))
      throw new InputError('`launcher` of the target has an empty word')
  },
  accelerator: acceleratorOf,
  installed: installedTensorrt,
  watch: watchGpus,
  async compile(source, engine, target, options) {
    const compile = (await isPython(target)) ? compileByPython : compileByTrtexec
    return compile(source, engine, target, options)
  },
  async open(engines, target, options) {
    const open = (await isPython(target)) ? openPython : openTrtexec
    return open(engines, target, options)
  },
  inspect: readPlanDescription,
}
